"""The console in headless Chromium, over the real routes and a recorded run."""

import asyncio
import json
import os
import re
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from webdriver import Browser, is_installed

from havoc.config import ServingConfig
from serve_app.api import make_api

pytestmark = pytest.mark.skipif(not is_installed(), reason="chromium and chromium-driver are not installed")

RECORDED = json.loads((Path(__file__).parent / "console_events.json").read_text(encoding="utf-8"))
QUESTION = next(event["data"]["question"] for event in RECORDED if event["type"] == "evidence")
CONTROL, ENTER, ESCAPE = "\ue009", "\ue007", "\ue00c"
ATTACK = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


class Recorded:
    """A backend that plays the recorded run; a question that begins with `slow` never ends, one with `xss` is hostile."""

    async def prime(self, request, tools, *, whole=False):
        events = RECORDED
        if request.question.startswith("xss"):
            hostile = json.dumps(RECORDED).replace("Cpk", json.dumps(ATTACK)[1:-1])
            events = json.loads(hostile)
        for event in events:
            if event["type"] == "evidence":
                event = {**event, "data": {**event["data"], "question": request.question}}
            await asyncio.sleep(0.02)
            yield [event]
            if request.question.startswith("slow"):
                await asyncio.sleep(1)

    async def complete(self, prompt, params):
        yield []

    async def can_answer(self, question, tools):
        return True

    async def call_tool(self, tool, args):
        return {}

    async def is_ready(self):
        return True


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    config = ServingConfig(files_folder=str(tmp_path_factory.mktemp("uploads")))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_api(Recorded(), config), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def page(browser, address):
    """The console, empty, at a desktop's width; nothing of severity may stand in its log at the end."""
    browser.size(1280, 900)
    browser.scheme("light")
    browser.open(address)
    browser.run("localStorage.clear(); sessionStorage.clear()")
    browser.open(address)
    browser.errors()
    yield browser
    assert browser.errors() == []


def _ask(page, question=QUESTION):
    page.run("document.getElementById('question').value = ''")
    page.type("#question", question + CONTROL + ENTER)


def _done(page):
    return page.until("const t = document.getElementById('state').textContent; return t.startsWith('done') ? t : null")


def _shots():
    folder = os.environ.get("HAVOC_SCREENSHOTS")
    return Path(folder) if folder else None


def test_asked_by_keyboard_every_number_leads_to_its_origin(page, tmp_path):
    _ask(page)
    page.until("return document.querySelector('.node.running') !== null")
    assert page.run("return document.getElementById('stop').disabled") is False
    _done(page)
    assert page.run("return document.querySelectorAll('.graph li.done').length") == page.run(
        "return document.querySelectorAll('.graph li').length"
    )
    assert "checks passed" in page.run("return document.getElementById('verification-body').textContent")
    answer = page.run("return document.getElementById('answer-body').textContent")
    assert "Cpk = 1.095" in answer
    numbers = page.run("return document.querySelectorAll('#answer-body .number').length")
    assert numbers >= 5
    for place in range(numbers):
        page.run("document.querySelectorAll('#answer-body .number')[arguments[0]].click()", place)
        assert page.run("return document.getElementById('origin-body').textContent").strip()
    for name in ("advocate", "attack"):
        assert page.run(f"return document.querySelectorAll('.debate .block.{name}').length") == 1
    assert page.run("return document.querySelectorAll('figure img').length") >= 1
    assert page.run("return [...document.querySelectorAll('figure img')].every((image) => image.naturalWidth > 0)")
    folder = _shots() or tmp_path
    for scheme in ("light", "dark"):
        page.scheme(scheme)
        for width in (1280, 400):
            page.size(width, 900)
            overflow = page.run("const root = document.documentElement; return root.scrollWidth - root.clientWidth")
            assert overflow == 0, width
            page.screenshot(folder / f"console-{width}-{scheme}.png")
    assert page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 28)"


def test_a_number_of_the_question_is_lit_where_it_stands(page):
    _ask(page)
    _done(page)
    lit = page.run(
        "for (const number of document.querySelectorAll('#answer-body .number')) {"
        "  number.click();"
        "  const marks = [...document.querySelectorAll('mark.lit')].map((mark) => mark.textContent);"
        "  const calls = document.querySelectorAll('.call.lit').length;"
        "  if (marks.length === 0 && calls === 0) return number.textContent;"
        "} return 'all'"
    )
    assert lit in ("all", "3"), lit  # counts of repetitions are counted, not read


def test_text_stays_text(page):
    _ask(page, "xss " + ATTACK + " 9.98, 10.02")
    _done(page)
    assert page.run("return window.hacked") is None
    assert page.run("return document.querySelectorAll('main script, main img[src=x]').length") == 0
    assert ATTACK in page.run("return document.getElementById('calls-body').textContent")
    exported = page.run(_EXPORT)
    assert "<script>window" not in exported
    assert "<img src=x" not in exported


_EXPORT = (
    "return Promise.all([import('/console/exporting.js'), import('/console/run.js'), fetch('/console/console.css')])"
    ".then(async ([exporting, run, style]) => {"
    "  const state = JSON.parse(localStorage.getItem('havoc-runs'))[0];"
    "  return exporting.asHtml(state, await style.text()); })"
)


def test_an_export_needs_nothing_else(page):
    _ask(page)
    _done(page)
    exported = page.run(_EXPORT)
    assert "Cpk = " in exported
    addresses = re.findall(r"""(?:src|href)=["']?(?!#|data:)[^"' >]+|url\([^)]*\)|@import""", exported)
    assert addresses == []
    record = re.search(r'<script type="application/json" id="record">(.*?)</script>', exported, re.DOTALL)
    assert json.loads(record[1])["question"] == QUESTION


def test_history_survives_a_reload_and_can_be_forgotten(page, address):
    _ask(page)
    _done(page)
    page.open(address)
    assert page.run("return document.querySelectorAll('#history [data-started]').length") == 1
    page.run("document.querySelector('#history [data-started]').click()")
    page.until("return document.getElementById('answer-body').textContent.includes('Cpk = 1.095')")
    page.run("document.querySelector('#history [data-forget]').click()")
    assert page.run("return localStorage.getItem('havoc-runs')") == "[]"


def test_escape_stops(page):
    _ask(page, "slow 9.98, 10.02")
    page.until("return document.getElementById('state').textContent.startsWith('working')")
    page.type("#question", ESCAPE)
    page.until("return document.getElementById('state').textContent === 'stopped'")
    assert page.run("return document.getElementById('submit').disabled") is False


def test_a_table_becomes_a_chip_whose_columns_can_be_named(page):
    page.run(
        "const table = new File(['thickness,width\\n1.1,2\\n1.2,3\\n'], 'a.csv', {type: 'text/csv'});"
        "const transfer = new DataTransfer(); transfer.items.add(table);"
        "document.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, cancelable: true, bubbles: true}))"
    )
    page.until("return document.querySelectorAll('.chip .column').length === 2")
    page.run("document.querySelector('.chip .column').click()")
    assert page.run("return document.getElementById('question').value") == "thickness"
    page.run("document.querySelector('[data-remove]').click()")
    page.until("return document.querySelectorAll('.chip').length === 0")


def test_events_are_read_alike_however_they_are_cut(page):
    text = "".join(f"data: {json.dumps(event)}\r\n\r\n" for event in RECORDED[:12]) + ": remark\n\ndata: [DONE]\n\n"
    assert page.run(
        "return import('/console/stream.js').then(({EventReader}) => {"
        "  const whole = new EventReader().feed(arguments[0]).join('|');"
        "  for (const size of [1, 2, 3, 7, 50, 1000]) {"
        "    const reader = new EventReader(); const events = []; const text = arguments[0];"
        "    for (let at = 0; at < text.length; at += size) events.push(...reader.feed(text.slice(at, at + size)));"
        "    if (events.join('|') !== whole) return `size ${size}`;"
        "  } return 'alike'; })",
        text,
    ) == "alike"  # fmt: skip


def test_places_count_characters_as_the_server_does(page):
    cut = page.run(
        "return import('/console/text.js').then(({cut}) => cut('𝑝 = 0.05 😀 n = 7',"
        " [{start: 4, end: 8}, {start: 15, end: 16}])"
        ".filter((piece) => piece.mark !== null).map((piece) => piece.text))"
    )
    assert cut == ["0.05", "7"]
