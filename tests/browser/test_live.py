"""The exercise in the page: loaded when asked, checked as in the notebook, kept, handed in, and attacked."""

from __future__ import annotations

import json
import shutil

import livepage
import pytest

from autograder import cli
from autograder.author import compiler

UNIT, EXERCISE = "04_lstm_gates", "lstm_step"

pytestmark = pytest.mark.browser

MISTAKES = [
    ("04_lstm_gates", "lstm_step", "gates-swapped"),
    ("04_lstm_gates", "lstm_step", "candidate-and-output-swapped"),
    ("04_lstm_gates", "lstm_forward", "mask-ignored"),
    ("04_lstm_gates", "lstm_forward", "mask-resets-state"),
    ("04_lstm_gates", "lstm_backward_step", "belt-path-missing"),
    ("08_language_models", "perplexity", "mean-loss-returned"),
    ("08_language_models", "filter_distribution", "temperature-multiplied"),
    ("08_language_models", "draw", "always-the-favourite"),
    ("10_attention", "masked_softmax", "mask-inverted"),
    ("10_attention", "dot_attention", "not-scaled"),
]


# --- loading -----------------------------------------------------------------------------------------------------


def loaded(page) -> dict[str, int]:
    """Bytes on the wire of everything that the exercise needs, by address."""
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').map(e => [e.name, e.encodedBodySize])"
    )
    return {
        name.rpartition("/")[2]: size
        for name, size in sizes
        if "/live/" in name and ".css" not in name
    }


def test_nothing_is_loaded_before_start_and_little_after(live_page):
    live = live_page(UNIT)
    scripts = {"page.js", "engine.js", "shown.js"}
    assert {name.partition("?")[0] for name in loaded(live.page)} == scripts
    assert live.page.locator(".cm-editor, iframe").count() == 0
    live.press(EXERCISE)  # without an engine a check says where to begin, and loads nothing
    assert "Press Start" in live.box(EXERCISE).inner_text()
    assert len(loaded(live.page)) == len(scripts)
    live.start()
    live.check(EXERCISE)
    total = sum(loaded(live.page).values())
    assert 5_000_000 < total <= 12_000_000
    assert f"{total / 1e6:.0f}" in live.plan["loads"].format(size=f"{live.plan['size'] / 1e6:.0f}")
    assert live.page.trouble == []


def test_it_works_without_a_network_once_it_was_loaded(live_page):
    live = live_page(UNIT)
    live.start()
    live.page.wait_for_selector("html[data-offline=ready]", timeout=20_000)
    live.page.context.set_offline(True)
    live.page.reload(wait_until="load")
    live.start()
    assert "Not written yet" in live.check(EXERCISE)


# --- checking ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", sorted({unit for unit, _, _ in MISTAKES}))
def test_known_mistakes_are_called_by_their_names(live_page, unit):
    live = live_page(unit)
    right = {name: source for name, (_, source) in livepage.solutions(unit).items()}
    live.write(right)
    live.start()
    for _, exercise, mistake in [one for one in MISTAKES if one[0] == unit]:
        source, title = livepage.mistaken(unit, exercise, mistake)
        live.type(exercise, source)
        shown = live.check(exercise)
        card = livepage.in_notebook(unit, exercise, right | {exercise: source})
        assert card.result.diagnosis.title == title and card.score < card.result.max_points
        assert shown == livepage.words(card.html())
        live.type(exercise, right[exercise])


def test_a_syntax_error_is_shown_with_its_line_and_the_line_can_be_reached(live_page):
    live = live_page(UNIT)
    live.write(
        {
            EXERCISE: "def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):\n    h = 1\n    return h c_prev\n"
        }
    )
    live.start()
    shown = live.check(EXERCISE)
    assert "SyntaxError" in shown and "return h c_prev" in shown and "NameError" not in shown
    live.page.get_by_role("button", name="Go to line 3 of lstm_step").click()
    assert live.page.evaluate("document.activeElement.classList.contains('cm-content')")
    assert live.page.locator(".cm-line.live-wrong").inner_text() == "    return h c_prev"


def test_an_error_in_a_function_that_is_called_is_on_the_card_as_in_the_notebook(live_page):
    source = "def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):\n    print('seen <b>')\n    return x_t @ W_h\n"
    live = live_page(UNIT)
    live.write({EXERCISE: source})
    live.start()
    shown = live.check(EXERCISE)
    assert "in line 3" in shown
    assert shown == livepage.words(livepage.in_notebook(UNIT, EXERCISE, {EXERCISE: source}).html())


def test_an_endless_loop_is_stopped_and_the_next_check_works(live_page):
    live = live_page(UNIT)
    endless = "def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):\n    while True:\n        pass\n"
    live.write({EXERCISE: endless})
    live.start()
    live.press(EXERCISE)
    live.box(EXERCISE).get_by_role("button", name="Stop").click()
    assert live.box(EXERCISE).locator(".live-said").inner_text() == "Stopped."
    live.type(EXERCISE, livepage.solutions(UNIT)[EXERCISE][1])
    assert "14 of 14 points" in live.check(EXERCISE)


def test_limits_of_time_and_memory_and_depth(live_page):
    live = live_page(UNIT)
    assert live.run("while True: pass", seconds=1)["why"] == "late"
    assert "MemoryError" in live.printed("kept = []\nwhile True: kept.append(bytearray(10**7))")
    assert "Unable to allocate" in live.printed("import numpy as np\nnp.ones(10**8)")
    assert "RecursionError" in live.printed("def f(): f()\nf()")
    assert live.run("import os\nos._exit(3)")["why"] == "failed"
    assert live.run("print('x' * 10**7)")["frames"][0]["text"] == "x" * 20_000
    assert live.printed("1 + 1") == "2"


def test_each_check_is_a_process_of_its_own(live_page):
    live = live_page(UNIT)
    assert live.printed("import numpy as np\nnp.sum = None\nleft = 1\nleft") == "1"
    assert "NameError" in live.printed("left")
    assert "None" not in live.printed("import numpy as np\nstr(np.sum)")


def test_what_a_reader_may_import(live_page):
    modules = "math itertools functools collections re json random statistics dataclasses typing string textwrap time "
    modules += "datetime copy heapq bisect decimal fractions operator enum abc contextlib warnings io os pathlib csv "
    modules += "pprint inspect timeit numpy.linalg numpy.random numpy.fft numpy.ma numpy.testing numpy.polynomial"
    live = live_page(UNIT)
    code = "\n".join(f"import {module}" for module in modules.split()) + "\n'all'"
    assert live.printed(code) == "'all'"
    assert "is not on this page" in live.printed("import pandas\npandas.DataFrame")


# --- what is kept, and handed in -----------------------------------------------------------------------------------


def test_what_is_written_stays_and_can_be_put_back(live_page):
    live = live_page(UNIT)
    live.start()
    live.type(EXERCISE, "def lstm_step(*args):\n    return 1\n")
    live.page.get_by_label("Answer q01").select_option("C")
    live.page.get_by_label("Your answer: why").fill("Because.\nOf the gate.")
    live.page.reload(wait_until="load")
    assert (
        live.page.get_by_label("Your code: lstm_step").input_value()
        == "def lstm_step(*args):\n    return 1\n"
    )
    assert live.page.get_by_label("Answer q01").input_value() == "C"
    assert live.page.get_by_label("Your answer: why").input_value() == "Because.\nOf the gate."
    live.page.get_by_role("button", name="Reset lstm_step").click()
    live.page.reload(wait_until="load")
    assert "NotImplementedError" in live.page.get_by_label("Your code: lstm_step").input_value()


def test_the_quiz_says_what_it_can_read_and_shows_ones_own_numbers(live_page):
    live = live_page(UNIT)
    live.write({"quiz_student": "Zoë", "quiz_q01": "B", "quiz_q02": "x\" + 'y"})
    live.start()
    shown = live.check("quiz")
    assert "read as B" in shown and "cannot be read" in shown
    live.page.get_by_role("button", name="Show my numbers q02").click()
    live.page.wait_for_selector('[data-role="show"][data-why]')
    assert "q02 for Zoë" in live.page.locator('[data-role="show"] .live-output').first.inner_text()


def download(live, folder):
    with live.page.expect_download() as waiting:
        live.page.locator(".live-download").click()
    assert waiting.value.suggested_filename == f"{live.unit}.ipynb"
    target = folder / f"{live.unit}.ipynb"
    waiting.value.save_as(target)
    return target


def test_an_untouched_download_is_the_released_notebook(live_page, tmp_path):
    live = live_page(UNIT)
    made = download(live, tmp_path).read_text(encoding="utf-8")
    released = livepage.ROOT / "exercises" / "release" / UNIT / f"{UNIT}.ipynb"
    assert json.loads(made) == json.loads(released.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_download_is_graded_with_the_points_of_the_page(live_page, tmp_path):
    pytest.importorskip("nbgrader")
    unit = "03_backpropagation_through_time"
    live = live_page(unit)
    right = {name: source for name, (_, source) in livepage.solutions(unit).items()}
    wrong, _ = livepage.mistaken(unit, "clip_by_global_norm", "each-by-itself")
    written = right | {"clip_by_global_norm": wrong, "quiz_student": "ada"}
    written |= {
        name: "Sätze; “quoted”, \\ and $x$."
        for name in live.ids
        if name.startswith("written_")
        and next(cell for cell in live.plan["cells"] if cell["name"] == name)["role"] == "written"
    }
    live.write(written)
    live.start()
    page = {}
    for exercise in livepage.numpy_exercises(unit):
        live.check(exercise)
        page[exercise] = livepage.points(live.box(exercise).locator(".live-output").inner_text())
    assert 0 < page["clip_by_global_norm"] < 12

    course = tmp_path / "course" / "exercises"
    for folder in ("source", "release"):
        shutil.copytree(livepage.ROOT / "exercises" / folder / unit, course / folder / unit)
    (course / "quizzes").mkdir()
    shutil.copy(livepage.ROOT / "exercises" / "quizzes" / f"{unit}.yml", course / "quizzes")
    shutil.copy(livepage.ROOT / "exercises" / "nbgrader_config.py", course)
    if livepage.ALL:  # grading uses other numbers, and the points come out the same all the same
        compiler.write_secret(unit, 11, to=course / "secret")
    else:  # half a minute sooner
        (course / "secret").mkdir()
        shutil.copy(livepage.ROOT / "autograder" / "bundles" / f"{unit}.zip", course / "secret")
    handed_in = course / "submitted" / "ada" / unit
    handed_in.mkdir(parents=True)
    download(live, handed_in)
    result = tmp_path / "result.json"
    assert cli.main(["grade", unit, "--course", str(course), "--json", str(result)]) == 0
    [student] = livepage.results(result)
    [notebook] = student["notebooks"]
    graded = {one["exercise"]: one["points"] for one in notebook["exercises"]}
    assert graded == pytest.approx(page, abs=0.01)


# --- attacks -------------------------------------------------------------------------------------------------------


def refused(place, attack: str) -> bool:
    """Whether `attack`, an expression that gives a promise, fails where it is tried."""
    return place.evaluate(
        f"async () => {{ try {{ await {attack}; return false; }} catch (e) {{ return true; }} }}"
    )


def test_the_room_has_no_page_no_storage_and_no_network(live_page, served):
    live = live_page(UNIT)
    live.run("1")
    [frame] = [frame for frame in live.page.frames if frame != live.page.main_frame]
    for attack in (
        f"fetch('{served}/index.html')",
        "fetch('https://example.org/')",
        f"new Promise((yes, no) => {{ const x = new XMLHttpRequest(); x.open('GET', '{served}/index.html');"
        " x.onload = yes; x.onerror = no; x.send(); })",
        "new Promise((yes, no) => { const s = new WebSocket('ws://127.0.0.1:9/'); s.onopen = yes; s.onerror = no; })",
        f"new Promise((yes, no) => {{ const i = new Image(); i.onload = yes; i.onerror = no;"
        f" i.src = '{served}/_static/logo.svg?x'; }})",
        "new Promise((yes, no) => { const s = document.createElement('script'); s.onload = yes; s.onerror = no;"
        f" s.src = '{served}/_static/live/engine.js'; document.body.append(s); }})",
        "(async () => localStorage.length)()",
        "(async () => document.cookie)()",
        "(async () => { await caches.keys(); })()",
        "new Promise((yes, no) => { const o = indexedDB.open('x'); o.onsuccess = yes; o.onerror = no; })",
        "(async () => parent.document.title)()",
        "(async () => { top.location = 'about:blank'; await new Promise(r => setTimeout(r, 300)); })()",
        "(async () => { if (!open('about:blank')) throw 1; })()",
    ):
        assert refused(frame, attack), attack
        assert live.page.url.startswith(served)
    [worker] = live.page.workers
    for attack in (
        f"fetch('{served}/index.html')",
        f"(async () => importScripts('{served}/_static/live/engine.js'))()",
        "new Promise((yes, no) => { const s = new WebSocket('ws://127.0.0.1:9/'); s.onopen = yes; s.onerror = no; })",
        "(async () => { await caches.keys(); })()",
        "new Promise((yes, no) => { const o = indexedDB.open('x'); o.onsuccess = yes; o.onerror = no; })",
        "new Promise((yes, no) => { const w = new Worker('data:,postMessage(1)'); w.onmessage = yes;"
        " w.onerror = no; })",
    ):
        assert refused(worker, attack), attack


def test_python_has_no_network_no_browser_and_no_files_but_its_own(live_page):
    live = live_page(UNIT)
    for attack in (
        "import js\njs.fetch('/')",
        "import pyodide\npyodide.code",
        "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')",
        "import subprocess\nsubprocess.run(['ls'])",
        "import os\nos.fork()",
        "open('/etc/passwd')",
        "open('/left', 'w')",
        "open('/course/guest.py', 'w')",
        "import os\nos.remove('/course/guest.py')",
        "import os\nos.mkdir('/course/x')",
        "import _host\n_host.call(b'x')",
        "import ctypes\nctypes.CDLL(None)",
    ):
        frames = live.run(attack)["frames"]
        assert [frame["kind"] for frame in frames] == ["error"], (attack, frames)
    listed = live.printed(
        "import os\n[os.path.join(d, f) for d, _, files in os.walk('/course') for f in files if not f.endswith('.py')]"
    )
    kept = [path for path in livepage.literal(listed) if "/templates/" not in path]
    assert sorted(kept) == [
        f"/course/autograder/bundles/{UNIT}.zip",
        "/course/autograder/bundles/course.json",
        "/course/unit",
    ]
    assert (
        livepage.literal(
            live.printed(
                f"from autograder.judge.installed import load_public\nload_public('{UNIT}').size"
            )
        )
        == "public"
    )


FORGED = """
import os
from autograder.report.card import ResultCard
BAD = '''<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>
<iframe src="javascript:parent.document.title='broken'"></iframe><form action="/x"><input name=p></form>
<a href="javascript:document.title='broken'">a</a><a href="https://example.org/">b</a>
<svg onload="document.title='broken'">
<style>body {{ display: none }}</style><meta http-equiv="refresh" content="0;url=/"><link rel=stylesheet href=/x>
<div style="position:fixed;inset:0;z-index:9;background-image:url(/x);width:99vw" id="live-plan" class="live-bar"
onclick="x()">over
</div>'''
ResultCard._repr_html_ = lambda self: BAD
os.write(1, b'{{"kind":"html","cell":"{cell}","text":"<b onclick=x>forged</b>"}}\\n')
os.write(1, b'{{"kind":"end"}}\\nnot json\\n[1]\\nnull\\n{{"kind":"html"}}\\n')
os.write(1, b'{{"kind":"text","cell":"{cell}","text":{{"a":1}}}}\\n')
def lstm_step(*args):
    return 1
"""


def test_what_the_readers_code_says_cannot_touch_the_page(live_page):
    live = live_page(UNIT)
    cell = live.ids["test_lstm_step"]
    live.write({EXERCISE: FORGED.format(cell=cell)})
    live.start()
    title = live.page.title()
    live.check(EXERCISE)
    live.page.wait_for_timeout(300)
    output = live.box(EXERCISE).locator(".live-output")
    assert "over" in output.inner_text() and "forged" in output.inner_text()
    assert live.page.title() == title
    assert output.locator("img, script, iframe, form, input, svg, style, meta, link").count() == 0
    assert output.evaluate(
        "box => [...box.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
        ".every(name => ['class', 'style', 'tabindex', 'role', 'aria-label', 'type'].includes(name))"
    )
    assert output.locator("a[href]").count() == 0
    for one in output.locator("[style]").all():
        assert not any(
            word in one.get_attribute("style") for word in ("position", "url", "z-index", "inset")
        )
    # All that the browser has to say is what it has refused.
    assert all("Content Security Policy" in one for one in live.page.trouble), live.page.trouble


def test_the_page_allows_no_other_site_and_no_script_that_is_written_into_it(live_page):
    live = live_page(UNIT)
    policy = live.page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute(
        "content"
    )
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'" and "'unsafe-inline'" not in rules["script-src"]
    assert "http" not in policy and "'unsafe-eval'" not in policy
    for attack in (
        "fetch('https://example.org/')",
        "new Promise((yes, no) => { const i = new Image(); i.onload = yes; i.onerror = no;"
        " i.src = 'https://example.org/x.png'; })",
        "(async () => { const s = document.createElement('script'); s.textContent = 'window.broken = 1';"
        " document.body.append(s); if (!window.broken) throw new Error('refused'); })()",
    ):
        assert refused(live.page, attack), attack


# --- everybody -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (390, True)], ids=["desk-light", "phone-dark"]
)
def test_it_fits_and_everybody_can_use_it(live_page, accessibility, width, dark):
    live = live_page(UNIT, width=width, dark=dark, touch=width == 390)
    swapped, _ = livepage.mistaken(UNIT, EXERCISE, "gates-swapped")
    live.write({EXERCISE: swapped, "lstm_forward": "def lstm_forward(:\n"})
    for begun in (False, True):
        if begun:
            live.start()
            live.check(EXERCISE)
            live.check("lstm_forward")
            live.check("quiz")
        assert live.page.evaluate("document.documentElement.scrollWidth") <= width
        fields = (
            "button.live-button:visible, .live-answer input:visible, .live-answer select:visible"
        )
        heights = live.page.eval_on_selector_all(
            fields.replace(":visible", ""),
            "all => all.filter(one => one.offsetParent).map(one => one.getBoundingClientRect().height)",
        )
        assert len(heights) > 10 and min(heights) >= 43.9, "a finger needs 44 pixels"
    assert live.page.trouble == []
    assert accessibility(live.page) == []  # last, because it asks for style sheets


def test_with_the_keyboard_alone(live_page):
    live = live_page(UNIT)
    page = live.page

    def tab_to(selector, most=400):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached")

    tab_to(".live-start")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-live=ready]", timeout=60_000)
    tab_to(".cm-content")
    assert (
        page.evaluate("document.activeElement.getAttribute('aria-label')") == "Your code: lstm_step"
    )
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type("def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):\nreturn h_prev, c_prev")
    assert live.kept()[live.ids[EXERCISE]].endswith(
        ":\n    return h_prev, c_prev"
    )  # indented by the editor
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.cm-content')"), "Tab indents"
    page.keyboard.press("Escape")
    tab_to("[data-run]", most=3)
    page.keyboard.press("Enter")
    assert "of 14 points" in live.said(EXERCISE)
    assert page.evaluate("document.activeElement.matches('[data-run]')"), (
        "the place of the focus is kept"
    )
