"""The official client of OpenAI against the endpoint."""

import json

import openai
import pytest

QUESTION = "Compare [1,2,3,4,5] with [2,3,4,5,6]. Is the difference significant?"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a place.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "enum": ["Paris", "Rome"]},
                "days": {"type": "integer", "enum": [1, 2]},
            },
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}


@pytest.fixture(scope="module")
def client(server):
    return openai.OpenAI(base_url=f"{server.address}/v1", api_key="none", max_retries=0, timeout=60)


def _ask(client, text=QUESTION, **settings):
    return client.chat.completions.create(model="havoc", messages=[{"role": "user", "content": text}], **settings)


def test_a_reasoned_answer(client):
    answer = _ask(client)
    message = answer.choices[0].message
    assert answer.choices[0].finish_reason == "stop"
    for tag in ("reason", "tool", "result"):
        assert f"<{tag}>" in message.content
        assert f"<{tag}>" in message.reasoning
    assert message.reasoning == message.reasoning_content
    assert message.content.startswith(message.reasoning)
    assert "0.3466" in message.content.removeprefix(message.reasoning)
    havoc = message.havoc
    assert havoc["routing"]["budget"] == "MEDIUM"
    assert havoc["verification"]["passed"]
    assert havoc["termination_reason"] == "answered"
    assert {call["args"]["operation"] for call in havoc["calls"]} >= {"t_test"}
    origins = {fact["provenance"]["kind"] for fact in havoc["facts"]}
    assert "tool" in origins
    parts = havoc["usage"]["by_part"]
    assert sum(parts.values()) == answer.usage.completion_tokens
    assert answer.usage.completion_tokens_details.reasoning_tokens == sum(parts.values()) - parts["answer"]


def test_a_stream_is_the_same_text(client):
    whole = _ask(client, seed=1)
    chunks = list(_ask(client, seed=1, stream=True, stream_options={"include_usage": True}))
    content = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert content == whole.choices[0].message.content
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    events = [chunk.havoc["type"] for chunk in chunks if getattr(chunk, "havoc", None)]
    assert {"routing", "evidence", "graph", "node", "call", "verification", "facts"} <= set(events)


def test_functions_of_the_client(client):
    for choice in ("auto", "required", {"type": "function", "function": {"name": "get_weather"}}):
        answer = _ask(client, "What will the weather be in Rome?", tools=[WEATHER], tool_choice=choice)
        assert answer.choices[0].finish_reason == "tool_calls"
        (call,) = answer.choices[0].message.tool_calls
        assert call.function.name == "get_weather"
        assert json.loads(call.function.arguments)["city"] in ("Paris", "Rome")
    chunks = list(_ask(client, "What will the weather be in Rome?", tools=[WEATHER], stream=True))
    arguments = "".join(
        call.function.arguments or ""
        for chunk in chunks
        for call in (chunk.choices[0].delta.tool_calls or () if chunk.choices else ())
    )
    assert json.loads(arguments)["days"] in (1, 2)


def test_what_the_built_in_tools_can_answer_needs_no_function(client):
    answer = _ask(client, tools=[WEATHER])
    assert answer.choices[0].message.tool_calls is None
    assert "0.3466" in answer.choices[0].message.content
    assert _ask(client, tools=[WEATHER], tool_choice="required").choices[0].message.tool_calls


def test_a_functions_result_is_told_in_words(client):
    first = _ask(client, "What will the weather be in Rome?", tools=[WEATHER]).choices[0].message
    messages = [
        {"role": "user", "content": "What will the weather be in Rome?"},
        first.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": first.tool_calls[0].id, "content": '{"sky": "clear"}'},
    ]
    answer = client.chat.completions.create(model="havoc", messages=messages, tools=[WEATHER])
    assert answer.choices[0].message.tool_calls is None
    assert answer.choices[0].message.content


def test_json_by_schema_holds_numbers_of_the_reasoned_answer(client):
    schema = {
        "type": "object",
        "properties": {"p_value": {"type": "number"}, "df": {"type": "number"}, "significant": {"type": "boolean"}},
        "required": ["p_value", "df", "significant"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "test", "schema": schema}}
    message = _ask(client, response_format=wanted).choices[0].message
    values = json.loads(message.content)
    assert values["p_value"] == pytest.approx(0.34659, abs=1e-5)
    assert values["df"] == 8
    assert values["significant"] is False
    assert "<tool>" in message.reasoning


def test_plain_text_with_its_settings(client):
    plain = {"extra_body": {"havoc": {"prime": False}}, "max_tokens": 8, "temperature": 0.9}
    answer = _ask(client, "hello", n=2, seed=5, logprobs=True, top_logprobs=2, **plain)
    again = _ask(client, "hello", n=2, seed=5, logprobs=True, top_logprobs=2, **plain)
    assert [one.message.content for one in answer.choices] == [one.message.content for one in again.choices]
    assert len(answer.choices) == 2
    for choice in answer.choices:
        assert len(choice.logprobs.content) == 8 or choice.finish_reason == "stop"
        for token in choice.logprobs.content:
            assert token.logprob <= 0
            assert len(token.top_logprobs) == 2
    text = _ask(client, "hello", seed=5, **plain).choices[0].message.content
    if len(text) > 3:
        stopped = _ask(client, "hello", seed=5, stop=[text[2:4]], **plain).choices[0].message.content
        assert stopped == text[: text.index(text[2:4])]


def test_completions_models_and_files(client, tmp_path):
    texts = client.completions.create(model="havoc", prompt=["one", "two"], max_tokens=5, logprobs=1)
    assert [choice.index for choice in texts.choices] == [0, 1]
    streamed = client.completions.create(model="havoc", prompt="one", max_tokens=5, stream=True)
    assert "".join(chunk.choices[0].text for chunk in streamed) == texts.choices[0].text
    assert [model.id for model in client.models.list()] == ["havoc"]
    table = tmp_path / "shafts.csv"
    table.write_text("thickness;width\n1,1;2\n1,2;3\n1,3;5\n1,25;4\n", encoding="utf-8")
    uploaded = client.files.create(file=table, purpose="user_data")
    assert [column["name"] for column in uploaded.columns] == ["thickness", "width"]
    answer = _ask(client, "What is the mean of thickness?", extra_body={"havoc": {"files": [uploaded.id]}})
    assert "1.2125" in answer.choices[0].message.content
    assert client.files.delete(uploaded.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(uploaded.id)


def test_earlier_turns(client):
    first = _ask(client).choices[0].message
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": QUESTION},
        first.model_dump(exclude_none=True),
        {"role": "user", "content": "And is the mean of 9.9, 10.1, 10.4, 9.8 off the target of 10?"},
    ]
    answer = client.chat.completions.create(model="havoc", messages=messages)
    assert answer.choices[0].message.havoc["verification"]["passed"]
    assert "0.73" in answer.choices[0].message.content
