"""The console in headless Chromium: recorded runs, played by a server with the real one's security policy."""

import json
import os
import re
from pathlib import Path

import pytest
from console_browser import Browser, missing_programs, wait_for
from console_server import KEY, ConsoleServer

pytestmark = pytest.mark.skipif(bool(missing_programs()), reason=f"not installed: {missing_programs()}")

RUNS = json.loads((Path(__file__).parent / "console_events.json").read_text(encoding="utf-8"))
QUESTIONS = {
    name: next(event["data"]["question"] for event in events if event["type"] == "evidence")
    for name, events in RUNS.items()
    if name != "direct"
}
ATTACK = '<img src=x onerror="document.title=1">\'"</script><script>document.title=2</script>'
EVENTS = "const {fold, newRun} = await import('/console/run.js'); const run = events.reduce(fold, newRun(request, 'now'));"
REQUEST = {"question": QUESTIONS["compare"], "budget": "", "seed": 0, "figures": True, "files": []}


@pytest.fixture(scope="module")
def server():
    with ConsoleServer(RUNS) as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(tmp_path_factory, downloads):
    browser = Browser(tmp_path_factory.mktemp("chromium") / "profile", downloads)
    yield browser
    browser.close()


@pytest.fixture
def console(browser, server):
    """An empty console at 1280 px; whatever a test did, the page may have nothing to complain about."""
    server.script, server.pause_s, server.needs_key = "compare", 0.0, False
    server.asked.clear()
    browser.shape(1280)
    browser.open(server.address)
    browser.run("localStorage.clear(); sessionStorage.clear()")
    browser.open(server.address)
    browser.faults()
    yield browser
    assert browser.faults() == []


def ask(console, question=QUESTIONS["compare"]):
    """Ask as a person at a keyboard does, and wait for the end."""
    begin(console, question)
    console.wait("['done', 'failed'].includes(document.body.dataset.status)")


def begin(console, question=QUESTIONS["compare"]):
    console.click("#question")
    console.run("document.getElementById('question').value = ''")
    console.type(question)
    console.press("ctrl", "enter")


def text(console, selector):
    return console.run("return document.querySelector(arguments[0]).innerText", selector)


def answer(name):
    return "".join(event["text"] for event in RUNS[name] if event["type"] == "text" and event["step"] == "answer")


def lit(console):
    return console.run("return [...document.querySelectorAll('mark.lit')].map((mark) => mark.textContent)")


def statuses(console):
    return console.run("return [...document.querySelectorAll('[data-node]')].map((node) => node.dataset.status)")


def test_while_it_runs_the_state_the_graph_and_the_stream_show_it(console, server):
    server.pause_s = 0.12
    begin(console)
    console.wait("document.querySelector('[data-node=s2][data-status=running]')")
    assert statuses(console) == ["done", "running", "pending", "pending", "pending"]
    assert text(console, "#state").startswith("Running: Run the test")
    assert "<reason>" in text(console, "#stream")
    assert console.run("return document.getElementById('submit').hidden && !document.getElementById('stop').hidden")
    console.wait("document.body.dataset.status === 'done'")
    assert statuses(console) == ["done"] * 5
    assert text(console, "#state") == "Done: verified, 16 checks passed"
    assert server.asked == [{"question": QUESTIONS["compare"], "seed": 0, "figures": True, "files": [], "stream": True}]


def test_all_of_a_run_is_shown(console):
    ask(console)
    transcript = "".join(event.get("text", "") for event in RUNS["compare"])
    shown = console.run("return [...document.querySelectorAll('#stream pre')].map((block) => block.textContent).join('\\n')")
    assert re.sub(r"\n+", "\n", shown).strip() == re.sub(r"\n+", "\n", transcript).strip()
    assert console.run("return document.getElementById('answer').textContent") == answer("compare")
    sides = console.run(
        "return ['advocate', 'attack'].map((s) => document.querySelector(`.side[data-step=${s}]`).offsetTop)"
    )
    assert sides[0] == sides[1]  # beside each other
    assert "Verdict: use with care" in text(console, "#debate")
    assert "-1 is c1 result.statistic" in text(console, "#verification")
    console.wait("document.querySelector('#results img').naturalWidth > 100")


def test_a_number_leads_to_its_field_and_to_what_it_was_computed_from(console):
    ask(console)
    assert text(console, "[data-check='1']") == "0.3466"
    console.click("[data-check='1']")
    origin = text(console, "#origin")
    assert "0.34659350708733416" in origin
    assert "result.p_value" in origin
    assert lit(console) == [
        "1,2,3,4,5",
        "2,3,4,5,6",
    ]
    console.click("#origin [data-call]")
    assert console.run("return document.querySelector('#call-c1 .lit').dataset.path") == "result.p_value"
    console.run("scrollTo(0, 0)")
    console.click("#origin [data-start]")
    assert lit(console) == ["1,2,3,4,5"]
    console.press("escape")
    assert console.run("return document.getElementById('origin').hidden && document.activeElement.dataset.check") == "1"


def test_every_number_of_the_answers_has_an_origin(console):
    for name, events in RUNS.items():
        found = console.run(
            f"return (async (events, request) => {{ {EVENTS} const facts = await import('/console/facts.js');"
            "const {answerText} = await import('/console/run.js');"
            "return facts.numberChecks(run).map((check) => facts.origins(run, answerText(run), check).length > 0); })"
            "(arguments[0], arguments[1])",
            events, REQUEST,
        )  # fmt: skip
        assert found, name
        assert all(found), name


def test_results_become_tables(console, server):
    server.script = "box_behnken"
    ask(console, QUESTIONS["box_behnken"])
    runs = "document.querySelector('#call-c2 .table:last-of-type')"
    heads = console.run(f"return [...{runs}.querySelectorAll('thead th')].map((head) => head.textContent)")
    assert heads[:4] == ["#", "natural temperature", "natural pressure", "natural speed"]
    assert console.run(f"return {runs}.querySelectorAll('tbody tr').length") == 15
    assert "Stability: 3 of 3 repetitions agree" in text(console, "#debate")
    console.click("[data-check='0']")
    assert lit(console) == [
        "100-200",
        "10-50",
        "50-150",
    ]


def test_keyboard_alone_reaches_the_numbers_and_the_graph(console):
    ask(console)
    seen = set()
    for _ in range(60):
        console.press("tab")
        seen |= set(console.run("return Object.keys(document.activeElement.dataset)"))
        outline = console.run(
            "const focus = document.activeElement; const style = getComputedStyle(focus.querySelector('rect') ?? focus);"
            "return focus === document.body || style.outlineStyle !== 'none' || style.strokeWidth === '2.5px'"
        )
        assert outline, console.run("return document.activeElement.outerHTML")
    assert {"action", "check", "node"} <= seen


def test_escape_stops_and_the_server_is_told(console, server):
    server.pause_s = 0.2
    server.broken_off.clear()
    begin(console)
    console.wait("document.querySelector('.block')")
    console.press("escape")
    console.wait("document.body.dataset.status === 'stopped'")
    assert text(console, "#state") == "Stopped"
    assert server.broken_off.wait(10)


def test_errors_come_in_the_servers_words(console, server):
    server.script = "full"
    ask(console)
    assert text(console, "#problem") == "too many requests wait; try again in 2 s"
    server.runs["cut"] = [*RUNS["compare"][:5], {"error": {"message": "the replica was lost; ask again", "code": "lost"}}]
    server.script = "cut"
    ask(console)
    assert text(console, "#problem") == "the replica was lost; ask again"
    assert "<reason>" in text(console, "#stream")
    assert [fault for fault in console.faults() if "429" not in fault] == []


def test_a_key_is_asked_for_and_kept_for_the_tab(console, server):
    server.needs_key = True
    console.open(server.address)
    console.wait("document.getElementById('key-dialog').open")
    console.type("wrong")
    console.press("enter")
    console.wait("document.getElementById('key-reason').textContent.includes('not one of this server')")
    console.type(KEY)
    console.press("enter")
    console.wait("document.getElementById('model').textContent === 'havoc'")
    console.open(server.address)
    ask(console)
    assert text(console, "#state").startswith("Done")
    assert [fault for fault in console.faults() if "401" not in fault] == []


def test_tables_are_uploaded_and_pasted(console, server, tmp_path):
    table = tmp_path / "fill.csv"
    table.write_text("weight,line\n1,a\n2,b\n3,a\n")
    console.upload("#file", table)
    console.wait("document.querySelector('[data-column]')")
    console.type("mean of ")
    console.run("document.getElementById('question').value = 'mean of '")
    console.click("[data-column]")
    assert console.run("return document.getElementById('question').value") == "mean of weight"
    assert text(console, ".chip [data-column]:last-child") == "<b>line</b>"
    console.press("ctrl", "enter")
    console.wait("document.body.dataset.status === 'done'")
    assert server.asked[0]["files"] == ["file-0123456789abcdef01234567"]
    (tmp_path / "bad.csv").write_bytes(b"a\x00b")
    console.upload("#file", tmp_path / "bad.csv")
    console.wait("!document.getElementById('file-fault').hidden")
    assert text(console, "#file-fault") == "bad.csv: file: bad.csv is no text; save it as UTF-8"
    console.click("[data-remove]")
    assert console.run("return document.querySelectorAll('.chip').length") == 0
    console.run(
        "const field = document.getElementById('question'); field.value = 'Compare'; field.setSelectionRange(7, 7);"
        "const clipboardData = new DataTransfer(); clipboardData.setData('text/plain', 'A\\tB\\r\\n1\\t2\\r\\n');"
        "field.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}))"
    )
    assert console.run("return document.getElementById('question').value") == "Compare\nA\tB\n1\t2\n"
    assert text(console, "#note") == "Table pasted: 2 rows, 2 columns."
    assert [fault for fault in console.faults() if "400" not in fault] == []


def saved(console, downloads, action, ending):
    for old in downloads.glob(f"*{ending}"):
        old.unlink()
    console.click(f"[data-action={action}]")
    path = wait_for(lambda: next(downloads.glob(f"*{ending}"), None), f"a file {ending}")
    return path.read_text(encoding="utf-8")


def test_files_for_the_audit_folder(console, downloads, server, tmp_path):
    ask(console)
    page = saved(console, downloads, "save-html", ".html")
    assert not re.search(r"https?:|<script|<link|@import|\surl\(", page)
    record = json.loads(saved(console, downloads, "save-json", ".json"))
    assert record["events"] == _joined(RUNS["compare"])
    assert record["answer"] == answer("compare")
    (tmp_path / "run.html").write_text(page, encoding="utf-8")
    console.open((tmp_path / "run.html").as_uri())
    assert text(console, ".answer-text") == answer("compare")
    links = console.run("return [...document.querySelectorAll('.answer-text a')].map((a) => a.getAttribute('href'))")
    assert len(links) == 14
    assert all(console.run("return arguments[0].map((link) => document.querySelector(link) !== null)", links))
    assert console.run("return document.querySelector('.drawing img').naturalWidth > 100")
    console.screenshot(Path(os.environ.get("HAVOC_SCREENSHOTS") or tmp_path) / "console-report.png", 1000, dark=False)


def test_markdown_shows_text_as_it_is(console):
    run = "const {toMarkdown} = await import('/console/markdown.js');"
    text = console.run(
        f"return (async (events, request) => {{ {EVENTS} {run} return toMarkdown(run); }})(arguments[0], arguments[1])",
        RUNS["compare"],
        REQUEST | {"question": "a ``` b <b>c</b>"},
    )
    assert "````\na ``` b <b>c</b>\n````" in text
    assert "| 0.3466 | p value | 0.34659350708733416 | c1 result.p\\_value | pass |" in text
    assert "Verification: verified, 16 checks passed." in text


def _joined(events):
    """Events as a console keeps them: texts that continue each other are one."""
    kept = []
    for event in events:
        last = kept[-1] if kept else {}
        tag = "<" + {"tool_call": "tool", "tool_result": "result"}.get(event.get("step", ""), event.get("step", "")) + ">"
        same = all(event.get(name) == last.get(name) for name in ("type", "step", "path"))
        if event["type"] == "text" and same and not event["text"].startswith(tag):
            kept[-1] = {**last, "text": last["text"] + event["text"]}
        else:
            kept.append(event)
    return kept


def test_history_survives_a_reload_is_bounded_and_can_be_deleted(console, server):
    ask(console)
    console.open(server.address)
    console.click("[data-action=history]")
    console.click("[data-open]")
    assert console.run("return document.getElementById('answer').textContent") == answer("compare")
    assert statuses(console) == ["done"] * 5
    left = console.run(
        "return (async (request) => { const {History} = await import('/console/history.js');"
        "const {newRun} = await import('/console/run.js'); const history = new History(localStorage);"
        "const events = [{type: 'text', text: 'x'.repeat(400000)}];"
        "for (let n = 0; n < 40; n++) history.add({...newRun(request, `2030-${n}`), events, status: 'stopped'});"
        "return [history.list()[0].id, history.list().length, Object.keys(localStorage).length]; })(arguments[0])",
        REQUEST,
    )  # fmt: skip
    assert left[0] == "2030-39"
    assert 2 <= left[1] <= 30
    assert left[2] == left[1] + 1  # the list, and no run that it does not name
    console.click("[data-action=history]")
    console.click("[data-action=clear-history]")
    assert console.run("return Object.keys(localStorage)") == []


def test_text_stays_text(console, server, downloads):
    hostile = json.loads(json.dumps(RUNS["compare"]).replace("group1", json.dumps(ATTACK)[1:-1]))
    hostile[0]["data"]["question"] = ATTACK + hostile[0]["data"]["question"]
    server.runs["hostile"], server.script = hostile, "hostile"
    ask(console, ATTACK)
    assert ATTACK in text(console, "#results")
    assert console.run("return document.title + document.querySelectorAll('[onerror]').length") == "HAVOC0"
    assert not re.search(r"<script|<img src=x", saved(console, downloads, "save-html", ".html"))
    console.click("[data-action=history]")
    assert ATTACK[:30] in text(console, "#history-list")


def test_it_fits_narrow_and_wide_dark_and_light(console, server, tmp_path):
    folder = Path(os.environ.get("HAVOC_SCREENSHOTS") or tmp_path)
    for name, question in QUESTIONS.items():
        server.script = name
        ask(console, question)
        console.click("[data-check='1']")
        grounds = set()
        for width in (400, 1280):
            for dark in (False, True):
                scheme = "dark" if dark else "light"
                console.screenshot(folder / f"console-{name}-{width}-{scheme}.png", width, dark)
                assert console.run("return document.documentElement.scrollWidth") <= width
                grounds.add(console.run("return getComputedStyle(document.documentElement).backgroundColor"))
        assert len(grounds) == 2
    console.shape(1280)
    before = console.run("return getComputedStyle(document.documentElement).backgroundColor")
    console.click("#theme")
    console.click("#theme")  # auto, light, dark
    assert console.run("return getComputedStyle(document.documentElement).backgroundColor") != before


def test_events_are_the_same_however_the_bytes_are_cut(console):
    events = [{"type": "text", "text": "a\u2028𝑝 = 0.05\n"}, {"type": "end"}]
    body = (
        ": hello\r\n\r\n"
        + "".join(f"data: {json.dumps(e, ensure_ascii=False)}\r\n\r\n" for e in events)
        + "data: [DONE]\n\n"
    )
    results = console.run(
        "return (async (body) => { const {readEvents} = await import('/console/stream.js');"
        "const bytes = new TextEncoder().encode(body); const results = new Set();"
        "const stream = (pieces) => new ReadableStream({start(out) {"
        "  pieces.forEach((piece) => out.enqueue(piece)); out.close(); }});"
        "for (let cut = 0; cut <= bytes.length; cut++) {"
        "  const pieces = [bytes.slice(0, cut), bytes.slice(cut)].filter((piece) => piece.length > 0);"
        "  const read = []; for await (const some of readEvents(stream(pieces))) read.push(...some);"
        "  results.add(JSON.stringify(read)); }"
        "return [...results]; })(arguments[0])",
        body,
    )
    assert [json.loads(result) for result in results] == [events]


def test_places_count_code_points_and_paths_take_names_with_dots(console):
    cut = console.run(
        "return import('/console/text.js').then(({cut}) => cut('𝑝 = 5, n = 7', [{start: 11, end: 12}, {start: 4, end: 5}])"
        ".map(({text, mark}) => (mark ? `[${text}]` : text)).join(''))"
    )
    assert cut == "𝑝 = [5], n = [7]"
    values = console.run(
        "return import('/console/facts.js').then(({valueAt}) => ['a.b[1]', 'a.b.c', 'a.x', 'a.b[7]']"
        ".map((path) => valueAt({a: {b: [1, 2], 'b.c': 3}}, path) ?? null))"
    )
    assert values == [2, 3, None, None]
