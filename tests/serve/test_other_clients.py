"""curl, litellm and lm-evaluation-harness against the endpoint, as far as they are installed.

HAVOC_CLIENTS names the Python of an environment that has the latter two, which bring many packages of their own.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

PYTHON = os.environ.get("HAVOC_CLIENTS", sys.executable)
QUESTION = "Compare [1,2,3,4,5] with [2,3,4,5,6]. Is the difference significant?"


def _has(module):
    return subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(server):
    body = json.dumps({"model": "havoc", "stream": True, "messages": [{"role": "user", "content": QUESTION}]})
    command = ["curl", "-sN", "-H", "Content-Type: application/json", "-d", body, f"{server.address}/v1/chat/completions"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.split("\n\n")
    assert lines[-2] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    assert "0.3466" in "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


@pytest.mark.skipif(not _has("litellm"), reason="litellm is not installed")
def test_litellm(server):
    program = (
        "import litellm, sys\n"
        "settings = dict(model='openai/havoc', api_base=sys.argv[1], api_key='none',"
        " messages=[{'role': 'user', 'content': sys.argv[2]}])\n"
        "print(litellm.completion(**settings).choices[0].message.content)\n"
        "print(''.join(c.choices[0].delta.content or '' for c in litellm.completion(stream=True, **settings)))\n"
    )
    command = [PYTHON, "-c", program, f"{server.address}/v1", QUESTION]
    environment = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240, env=environment)
    assert done.returncode == 0, done.stderr
    whole, streamed = (part for part in done.stdout.split("<reason>\nTask:") if part)
    assert whole.strip() == streamed.strip()
    assert "0.3466" in whole[whole.index("Result: ") :]


@pytest.mark.timeout(600)
@pytest.mark.skipif(not _has("lm_eval"), reason="lm-evaluation-harness is not installed")
def test_lm_evaluation_harness(server, tmp_path):
    rows = [{"question": f"What is {number} + 5?", "answer": str(number + 5)} for number in (2, 10)]
    (tmp_path / "rows.json").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    task = {
        "task": "sums", "dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(tmp_path / "rows.json")}},
        "test_split": "test", "output_type": "generate_until", "doc_to_text": "{{question}}", "doc_to_target": "{{answer}}",
        "generation_kwargs": {"until": ["\n\n"], "max_gen_toks": 200},
        "filter_list": [{"name": "number", "filter": [
            {"function": "regex", "regex_pattern": r"(\d+)\.?\s*$", "group_select": -1}, {"function": "take_first"}]}],
        "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}],
    }  # fmt: skip
    (tmp_path / "sums.yaml").write_text(json.dumps(task), encoding="utf-8")
    arguments = f"model=havoc,base_url={server.address}/v1/chat/completions,num_concurrent=2,tokenized_requests=False"
    command = [
        PYTHON, "-m", "lm_eval", "--model", "local-chat-completions", "--model_args", arguments, "--tasks", "sums",
        "--include_path", str(tmp_path), "--apply_chat_template", "--output_path", str(tmp_path / "out"), "--log_samples",
    ]  # fmt: skip
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "OPENAI_API_KEY": "none",
        "HF_HOME": str(tmp_path),
    }
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    samples = [line for file in (tmp_path / "out").rglob("samples_*.jsonl") for line in file.read_text().splitlines()]
    assert len(samples) == 2
    assert all(json.loads(sample)["resps"][0][0] for sample in samples)
