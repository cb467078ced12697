"""Scraping, alerts and the dashboard, by promtool and against the names that the application exports."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from serve_app.metrics import NAMES

FOLDER = Path(__file__).resolve().parents[2] / "cluster" / "monitoring"
RULES = FOLDER / "rules.yml"
DASHBOARD = json.loads((FOLDER / "grafana/dashboards/havoc.json").read_text(encoding="utf-8"))
OF_SERVE = {"application", "deployment"}
OF_RAY = {"serve_deployment_replica_healthy", "serve_health_check_failures_total"}
"""Of Ray's own. They were scraped from Ray 2.60 while a replica was killed."""
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian's package prometheus)")


def promtool(*arguments: str | Path) -> None:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[str]:
    """Of the dashboard and of the alerts."""
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"].replace("$__rate_interval", "5m")
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            yield rule["expr"]


def exported() -> dict[str, set[str]]:
    """Names on the Prometheus endpoint, without Ray's prefix, and the tags of each."""
    series = {}
    for name, (kind, _, tags) in NAMES.items():
        suffixes = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}[kind]
        series |= {name + suffix: {*tags, "le"} if suffix == "_bucket" else set(tags) for suffix in suffixes}
    return series


@needs_promtool
def test_prometheus_accepts_the_configuration():
    promtool("check", "config", FOLDER / "prometheus.yml")


@needs_promtool
def test_alerts_speak_and_keep_silent_when_they_should(tmp_path):
    cases = (Path(__file__).parent / "rules_test.yml").read_text(encoding="utf-8")
    copy = tmp_path / "rules_test.yml"
    copy.write_text(cases.replace("[RULES]", f"[{RULES}]"), encoding="utf-8")
    promtool("test", "rules", copy)


def test_every_alert_has_a_case():
    alerts = {
        rule["alert"] for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]
    }
    cases = yaml.safe_load((Path(__file__).parent / "rules_test.yml").read_text(encoding="utf-8"))["tests"]
    checks = [check for case in cases for check in case["alert_rule_test"]]
    assert {check["alertname"] for check in checks if check["exp_alerts"]} == alerts
    assert {check["alertname"] for check in checks if not check["exp_alerts"]} == alerts


@needs_promtool
def test_every_expression_of_the_dashboard_parses(tmp_path):
    rules = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(expressions())]
    file = tmp_path / "dashboard.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    promtool("check", "rules", file)


def test_every_series_is_exported():
    known = exported().keys() | OF_RAY
    used = {name for expr in expressions() for name in re.findall(r"\bray_(\w+)", expr)}
    assert len(used) > 25
    assert used - known == set()


def test_every_tag_is_exported():
    tags = exported()
    for expr in expressions():
        names = set(re.findall(r"\bray_(\w+)", expr))
        asked = set(re.findall(r"(\w+)\s*(?:=~|!=|=)\s*\"", expr))
        for group in re.findall(r"\bby \(([^)]*)\)", expr):
            asked |= {tag.strip() for tag in group.split(",")}
        allowed = set.union(*(OF_SERVE if name in OF_RAY else tags[name] for name in names))
        assert asked <= allowed, expr


def test_the_dashboard_shows_every_metric():
    """A metric that nobody looks at is either not worth its series, or was forgotten here."""
    shown = {name for expr in expressions() for name in re.findall(r"\bray_(\w+)", expr)}
    forgotten = {
        name
        for name, (kind, *_) in NAMES.items()
        if not shown & {name + suffix for suffix in {"counter": ["_total"], "gauge": [""]}.get(kind, ["_bucket", "_sum"])}
    }
    assert forgotten == {"havoc_engine_steps"}  # the count of havoc_step_seconds


def test_the_dashboard_is_laid_out():
    identifiers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(identifiers)) == len(identifiers)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    for panel in panels():
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["fieldConfig"]["defaults"]["unit"]


def test_grafana_finds_prometheus_and_the_dashboard():
    provisioning = FOLDER / "grafana" / "provisioning"
    source = yaml.safe_load((provisioning / "datasources/prometheus.yaml").read_text(encoding="utf-8"))["datasources"][0]
    assert source["type"] == "prometheus"
    interval = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))["global"]["scrape_interval"]
    assert source["jsonData"]["timeInterval"] == interval
    (provider,) = yaml.safe_load((provisioning / "dashboards/havoc.yaml").read_text(encoding="utf-8"))["providers"]
    assert provider["type"] == "file"
    assert provider["options"]["path"] in (FOLDER.parent / "README.md").read_text(encoding="utf-8")
