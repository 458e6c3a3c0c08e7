"""Sessions: cells as in a notebook, questions, and what a hang or a death costs."""

from __future__ import annotations

import gc
import os
import threading
import time

import numpy as np
import pytest

from autograder.run.inside.protocol import Request
from autograder.run.limits import Limits, SandboxUnavailable
from autograder.run.pool import SandboxPool, Session
from autograder.run.process import Zygote

STEP = (
    "step",
    "import numpy as np\n\ndef step(x, W):\n    print('hello')\n    return {'h': x @ W}",
)


def ask(session: Session, target: str, *args: object, seconds: float = 10.0, **options: object):
    return session.ask(Request("call", target, args, options=options, seconds=seconds))


def test_cells_share_a_namespace_and_functions_answer(any_pool: SandboxPool) -> None:
    with any_pool.session(
        [
            ("setup", "scale = 3"),
            STEP,
            ("use", "def both(x, W):\n    return scale * step(x, W)['h']"),
        ]
    ) as s:
        assert [(o.grade_id, o.status) for o in s.startup] == [
            ("setup", "ok"),
            ("step", "ok"),
            ("use", "ok"),
        ]
        x, W = np.ones((2, 3)), np.ones((3, 4))
        answer = ask(s, "step", x, W)
        assert answer.status == "ok" and answer.printed == "hello\n"
        np.testing.assert_array_equal(answer.value["h"], x @ W)
        np.testing.assert_array_equal(ask(s, "both", x, W).value, 3 * x @ W)
        assert ask(s, "absent").status == "missing"


def test_the_namespace_is_a_notebooks(any_pool: SandboxPool) -> None:
    source = """
from dataclasses import dataclass
import inspect

@dataclass
class State:
    h: "float"

def about():
    display(State(1.0))
    return __name__, inspect.getsource(about).splitlines()[0], State.__module__
"""
    with any_pool.session([("about", source)]) as s:
        answer = ask(s, "about")
        assert (
            answer.value == ("__main__", "def about():", "__main__")
            and answer.printed == "State(h=1.0)\n"
        )


def test_an_error_costs_its_cell_and_names_its_line(any_pool: SandboxPool) -> None:
    cells = [("bad", "a = 1\nb = a / 0\nc = 3"), ("worse", "def f(:\n    pass"), STEP]
    with any_pool.session(cells) as s:
        bad, worse, step = s.startup
        assert (bad.status, bad.error.type, bad.error.line, bad.error.source) == (
            "error",
            "ZeroDivisionError",
            2,
            "b = a / 0",
        )
        assert (worse.status, worse.error.type, worse.error.line) == ("error", "SyntaxError", 1)
        assert (
            step.status == "ok" and ask(s, "step", np.ones((1, 1)), np.ones((1, 1))).status == "ok"
        )
        wrong = ask(s, "step", np.ones((1, 2)), np.ones((3, 1)))
        assert (wrong.status, wrong.error.type, wrong.error.line) == ("error", "ValueError", 5)


def test_a_hanging_call_costs_itself_and_says_where_it_hung(any_pool: SandboxPool) -> None:
    source = (
        "n = 0\n\ndef loop():\n    while True:\n        pass\n\n"
        "def count():\n    global n\n    n += 1\n    return n"
    )
    with any_pool.session([("loop", source), ("other", "def other():\n    return 5")]) as s:
        assert [ask(s, "count").value, ask(s, "count").value] == [1, 2]
        hung = ask(s, "loop", seconds=0.3)
        assert (hung.status, hung.error.type) == ("timeout", "TimeLimit")
        assert hung.error.line in (4, 5) and hung.error.source in ("while True:", "pass")
        assert ask(s, "count").value == 1, "the cells were executed again, in a fresh process"
        assert ask(s, "other").value == 5


def test_a_function_that_hung_twice_is_not_called_again(any_pool: SandboxPool) -> None:
    with any_pool.session(
        [("f", "import time\ndef f():\n    time.sleep(60)\ndef g():\n    return 1")]
    ) as s:
        for _ in range(any_pool.limits.max_failures):
            assert ask(s, "f", seconds=0.2).status == "timeout"
        begun = time.monotonic()
        last = ask(s, "f", seconds=30)
        assert last.status == "timeout" and "not run again" in last.error.message
        assert time.monotonic() - begun < 10
        assert ask(s, "g").value == 1


def test_hanging_and_dying_cells_are_left_out(any_pool: SandboxPool) -> None:
    cells = [
        ("a", "x = 1"),
        ("hang", "while True:\n    pass"),
        ("die", "import os\nos._exit(3)"),
        ("b", "def f():\n    return x"),
    ]
    with any_pool.session(cells) as s:
        assert [o.status for o in s.startup] == ["ok", "timeout", "died", "ok"]
        assert s.startup[1].error.line in (1, 2) and "3" in s.startup[2].error.message
        assert ask(s, "f").value == 1


def test_restarts_are_bounded(any_pool: SandboxPool) -> None:
    cells = [(f"c{i}", "import os\nos._exit(1)") for i in range(any_pool.limits.restarts + 5)]
    with any_pool.session([*cells, ("f", "def f():\n    return 1")]) as s:
        assert {o.status for o in s.startup} == {"died"} and len(s.startup) == len(cells) + 1
        assert ask(s, "f").status == "died"


def test_a_whole_submission_has_a_budget() -> None:
    with SandboxPool(limits=Limits(wall_s=3, max_failures=100), unsafe=True) as pool:
        with pool.session([("f", "import time\ndef f():\n    time.sleep(0.8)\n    return 1")]) as s:
            statuses = [ask(s, "f").status for _ in range(5)]
    assert statuses[0] == "ok" and statuses[-1] == "timeout"


def test_a_crash_is_told_with_its_line(any_pool: SandboxPool) -> None:
    source = "import ctypes\ndef f():\n    return ctypes.string_at(0)"
    with any_pool.session([("f", source)]) as s:
        answer = ask(s, "f")
        assert (answer.status, answer.error.type, answer.error.line) == ("died", "Crashed", 3)
        assert "SIGSEGV" in answer.error.message and answer.printed == ""


def test_too_much_memory_is_an_error_of_the_student(any_pool: SandboxPool) -> None:
    with any_pool.session(
        [("f", "import numpy as np\ndef f():\n    return np.ones(1 << 28)\ndef g():\n    return 1")]
    ) as s:
        assert ask(s, "f").error.type == "MemoryError" or ask(s, "f").status == "died"
        assert ask(s, "g").value == 1


GROW = """
kept = []
def local():
    kept = []
    while True:
        kept.append([0] * 100)
def beyond():
    while True:
        kept.append([0] * 100)
def full():
    for size in 10**6, 10**3, 0:
        try:
            while True:
                kept.append(bytes(size) or object())
        except MemoryError:
            pass
def innocent(x):
    return 42
"""


def test_a_list_without_end_is_told_with_its_line(any_pool: SandboxPool) -> None:
    """Its small objects take the last byte, and they are still there when the error has to be described."""
    with any_pool.session([("grow", GROW)]) as s:
        for name, line in ("local", 6), ("beyond", 9):
            answer = ask(s, name)
            assert (answer.status, answer.error.type, answer.error.line) == (
                "error",
                "MemoryError",
                line,
            )


def test_who_leaves_no_memory_to_answer_has_used_it_up(any_pool: SandboxPool) -> None:
    with any_pool.session([("grow", GROW)]) as s:
        ask(s, "full")
        answers = [ask(s, "innocent", np.zeros(10**6)) for _ in range(2)]
    assert answers[0].error.type == "MemoryLimit" and "more than 256 MB" in answers[0].error.message
    assert answers[1].value == 42


def test_inputs_stay_as_they_were_and_after_is_told(any_pool: SandboxPool) -> None:
    with any_pool.session([("f", "def f(x):\n    x += 1\n    return x.sum()")]) as s:
        x = np.zeros(3)
        answer = ask(s, "f", x, after=True)
        assert x.tolist() == [0, 0, 0] and answer.after[0].tolist() == [1, 1, 1]


def test_random_numbers_begin_the_same_in_every_submission(any_pool: SandboxPool) -> None:
    source = "import random\nimport numpy as np\ndef draw():\n    return [random.random(), float(np.random.rand())]"
    drawn = []
    for _ in range(2):
        with any_pool.session([("draw", source)]) as s:
            drawn.append(ask(s, "draw").value)
    assert drawn[0] == drawn[1]


def test_two_submissions_at_once_and_never_more(any_pool: SandboxPool) -> None:
    source = "import time\ndef f(n):\n    time.sleep(0.3)\n    return n"
    open_now, most, answers, lock = [0], [0], {}, threading.Lock()

    def grade(n: int) -> None:
        with any_pool.session([("f", source)]) as s:
            with lock:
                open_now[0] += 1
                most[0] = max(most[0], open_now[0])
            answers[n] = ask(s, "f", n).value
            with lock:
                open_now[0] -= 1

    threads = [threading.Thread(target=grade, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: n for n in range(5)} and most[0] == 2


def test_a_pool_outlives_the_thread_that_made_it(pool: SandboxPool) -> None:
    made: list[SandboxPool] = []
    thread = threading.Thread(target=lambda: made.append(SandboxPool(limits=pool.limits)))
    thread.start()
    thread.join()
    with made[0], made[0].session([STEP]) as s:
        assert s.startup[0].status == "ok"


def test_the_warm_process_is_started_again_when_it_dies(any_pool: SandboxPool) -> None:
    with SandboxPool(limits=any_pool.limits, unsafe=any_pool.unsafe) as pool:
        with pool.session([STEP]) as s:
            pool._zygote._process.kill()
            pool._zygote._process.wait()
        with pool.session([STEP]) as s:
            assert s.startup[0].status == "ok"


def test_the_next_process_is_forked_while_one_works_and_is_used_once(any_pool: SandboxPool) -> None:
    source = (
        "import os\nbefore = os.environ.get('LEFT')\nos.environ['LEFT'] = 'x'\n"
        "def about():\n    return before, [name for name in globals() if name[0] != '_']"
    )
    seen = set()
    for _ in range(5):
        with any_pool.session([("about", source)]) as s:
            spare = [future.result(5) for future in any_pool._spare]
            assert spare and s._process not in spare and all(process.waiting() for process in spare)
            assert ask(s, "about").value == (None, ["os", "before", "about"])
            seen.add(s._process._pid)
    assert len(seen) == 5


def test_a_spare_process_that_died_costs_nobody(any_pool: SandboxPool) -> None:
    with any_pool.session([STEP]):
        spare = [future.result(5) for future in any_pool._spare]
    for process in spare:
        process.kill()
        until = time.monotonic() + 5
        while process.waiting() and time.monotonic() < until:
            time.sleep(0.01)
    with any_pool.session([STEP]) as s:
        assert s.startup[0].status == "ok" and s._process not in spare and s._losses == 0


def test_a_fault_of_ours_is_a_machine_answer(
    any_pool: SandboxPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with any_pool.session([STEP]) as s:
        assert s.ask(Request("call", "step", (object(),))).status == "machine"

        def refuse(*_: object) -> None:
            raise OSError("no more pipes")

        monkeypatch.setattr(Zygote, "fork", refuse)
        any_pool._drop_spare()
        s._end()
        answer = ask(s, "step", np.ones((1, 1)), np.ones((1, 1)))
        assert answer.status == "machine" and "no more pipes" in answer.error.message
    with any_pool.session([STEP]) as s:
        assert s.startup[0].status == "machine"


def test_sessions_leave_nothing_behind_on_this_side(any_pool: SandboxPool) -> None:
    def count() -> int:
        any_pool._drop_spare()
        gc.collect()
        return len(os.listdir("/proc/self/fd"))

    with any_pool.session([STEP]):
        pass
    before = count()
    for _ in range(5):
        with any_pool.session([STEP, ("die", "import os\nos._exit(1)")]) as s:
            ask(s, "step", np.ones((1, 1)), np.ones((1, 1)))
    assert count() == before and not any_pool._live


def test_closing_ends_everything(any_pool: SandboxPool) -> None:
    pool = SandboxPool(limits=any_pool.limits, unsafe=any_pool.unsafe)
    folder, process = pool._zygote._folder, pool._zygote._process
    pool.close()
    assert process.poll() is not None and not folder.exists()
    with pool.session([STEP]) as s:
        assert s.startup[0].status == "machine"


def test_a_need_that_is_not_installed_is_named() -> None:
    with pytest.raises(SandboxUnavailable, match="no_such_library"):
        SandboxPool(needs=("no_such_library",), unsafe=True)


@pytest.mark.tensorflow
def test_keras_trains_in_every_fork(pool: SandboxPool) -> None:
    pytest.importorskip("tensorflow")
    source = """
import keras
import numpy as np

def train(x, y):
    model = keras.Sequential([keras.layers.Input((5, 1)), keras.layers.LSTM(2), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    history = model.fit(x, y, epochs=2, verbose=0)
    return model, history

keras.left = getattr(keras, "left", 0) + 1

def left():
    return keras.left
"""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32, 5, 1)).astype(np.float32)
    request = Request(
        "model", "train", (x, x.sum(1)), options={"seed": 1, "inputs": x[:3]}, seconds=120
    )
    with SandboxPool(workers=2, needs=("numpy", "keras"), limits=Limits(cell_s=60)) as keras_pool:
        outputs = []

        def grade() -> None:
            with keras_pool.session([("train", source)]) as s:
                answer = s.ask(request)
                assert answer.status == "ok", answer
                assert ask(s, "left").value == 1
                outputs.append((answer.value["outputs"], answer.value["facts"]["epochs"]))

        grade()
        threads = [threading.Thread(target=grade) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(outputs) == 3
    for result, epochs in outputs:
        assert result.shape == (3, 1) and epochs == 2
        np.testing.assert_allclose(result, outputs[0][0], rtol=1e-4, atol=1e-6)
