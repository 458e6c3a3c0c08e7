"""How far down an exercise may be asked: past cells that only define new names, and past no others."""

from __future__ import annotations

import pytest

from autograder.read.effects import latest

ANSWER = "import numpy as np\n\ndef f(x):\n    return helper(x) + np.sum(x)"

PASSED = {
    "a function": "def g(x, n=3, *, kind='a') -> np.ndarray:\n    return f(x)",
    "a coroutine": "async def g():\n    await f()",
    "a class": "class G:\n    size = 3\n    def m(self):\n        return f(1)",
    "constants": "A = -1\nB = [1, {'k': 2 ** 3}]",
    "functions in a table": "TABLE = {'a': lambda x, n=2: f(x)}",
    "another name for it": "A = f",
    "imports": "import os.path, math as m\nfrom collections import Counter, deque as d",
    "annotations to come": "from __future__ import annotations\nclass H:\n    pass",
    "text above": '"""Notes."""\nC = 1',
    "nothing": "pass",
    "a comment": "# later",
}
STOPS = {
    "the answer again": "def f(x):\n    return 0",
    "a helper of the answer": "def helper(x):\n    return 0",
    "a module of the answer": "import math as np",
    "a name imported over": "from math import floor as helper",
    "a constant of the answer": "helper = 3",
    "a call": "A = dict()",
    "an expression": "f(1)",
    "a last value": "3",
    "a loop": "for i in range(3):\n    pass",
    "a deletion": "del helper",
    "an attribute": "np.x = 1",
    "an entry": "a[0] = 1",
    "a sum in place": "A += 1",
    "unpacked names": "A, helper = 1, 2",
    "one name of two": "helper = 1\nB = 2",
    "a chained name": "A = helper = 1",
    "a decorator": "@g\ndef h():\n    pass",
    "a call as default": "def h(x=g()):\n    pass",
    "a call as keyword default": "def h(*, x=g()):\n    pass",
    "a call in an annotation": "def h(x: g()):\n    pass",
    "a call as result": "def h() -> g():\n    pass",
    "a call as default of a lambda": "h = lambda x=g(): x",
    "a walrus as default": "def h(x=(helper := 1)):\n    pass",
    "a parent class": "class G(H):\n    pass",
    "a metaclass": "class G(metaclass=H):\n    pass",
    "a decorated class": "@g\nclass G:\n    pass",
    "a call in a class": "class G:\n    x = g()",
    "a loop in a class": "class G:\n    for i in range(3):\n        pass",
    "a class in a class": "class G:\n    class H(I):\n        pass",
    "a star import": "from math import *",
    "a module that may do anything": "import seaborn",
    "a part of such a module": "from tensorflow import nn",
    "a module of the student's own": "from .mine import g",
    "a builtin replaced": "__builtins__ = 3",
    "a name of Python's own": "def __getattr__(name):\n    return 3",
    "await": "A = await g()",
    "no Python": "x = (",
    "a condition": "if True:\n    A = 1",
    "a comprehension": "A = [i for i in []]",
    "text with values": "A = f'{g()}'",
    "a sum with a name": "A = helper + 1",
    "a name in a set": "A = {helper}",
    "global": "global helper",
    "an assertion": "assert f(1)",
    "a context": "with g() as A:\n    pass",
    "raise": "raise ValueError",
    "a type with a value": "A: g() = 1",
}
LOOKS = {
    "globals": "def f(x):\n    return g if 'g' in globals() else 0",
    "eval": "def f(x):\n    return eval('g')",
    "a module looked up": "import sys\ndef f(x):\n    return vars(sys.modules['__main__'])",
    "its own module": "import importlib\ndef f(x):\n    return importlib.import_module('__main__').g",
    "IPython": "def f(x):\n    return get_ipython().user_ns['g']",
    "a frame": "import sys\ndef f(x):\n    return sys._getframe(1).f_globals['g']",
    "a function's globals": "def f(x):\n    return f.__globals__['g']",
    "the last value": "def f(x):\n    return _",
    "its own source": "import inspect",
    "what there is": "def f(x):\n    return dir()",
}


@pytest.mark.parametrize("kind", PASSED)
def test_a_cell_that_only_defines_is_passed(kind: str) -> None:
    cells = [("f", ANSWER), ("below", PASSED[kind]), ("more", "def last():\n    return 1")]
    assert latest(cells, {"f": 1}) == {"f": 3}


@pytest.mark.parametrize("kind", STOPS)
def test_a_cell_that_may_do_more_is_not_passed(kind: str) -> None:
    cells = [("f", ANSWER), ("g", "def g1():\n    pass"), ("below", STOPS[kind])]
    assert latest(cells, {"f": 1}) == {"f": 2}


@pytest.mark.parametrize("kind", LOOKS)
def test_whoever_looks_around_is_asked_at_its_place(kind: str) -> None:
    cells = [("f", LOOKS[kind]), ("below", "def g():\n    return 1")]
    assert latest(cells, {"f": 1}) == {"f": 1}
    assert latest([("g0", LOOKS[kind]), *cells], {"f": 2}) == {"f": 2}
    assert latest([cells[1], cells[0]], {"g": 1}) == {"g": 2}, "what is below looks in vain"


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("data = make(3)\ndata.shape", 3),
        ("helper = make(3)", 1),
        ("x = f(3)", 1),
        ("x = g(3)", 1),
        ("exec('helper = 3')", 1),
        ("from math import *", 1),
    ],
)
def test_a_given_cell_may_do_what_it_likes_with_names_of_its_own(text: str, reach: int) -> None:
    cells = [("f", ANSWER), ("data", text), ("g", "def g():\n    return 1")]
    assert latest(cells, {"f": 1, "g": 3}, {"data"})["f"] == reach
    assert latest(cells, {"f": 1, "g": 3})["f"] == 1


def test_every_exercise_has_its_own_reach() -> None:
    cells = [
        ("a", "def a(x):\n    return SIZE"),
        ("b", "def b(x):\n    return 2"),
        ("own", "SIZE = 3"),
        ("c", "def c(x):\n    return b(x)"),
        ("own", "print(1)"),
        ("end", "def b(x):\n    return 0"),
    ]
    assert latest(cells, {"a": 1, "b": 2, "c": 4}) == {"a": 2, "b": 2, "c": 4}


def test_an_answer_that_is_still_to_come_is_not_brought_forward() -> None:
    cells = [("above", "x = 1"), ("f", "def f():\n    return 1")]
    assert latest(cells, {"f": 1}) == {"f": 1}


@pytest.mark.parametrize(
    "above",
    [
        "def g():\n    pass",
        "class g:\n    pass",
        "import g.h",
        "import h as g",
        "from g import h",
        "def f():\n    global g\n    del g",
        "from h import (a, g)",
    ],
)
def test_names_in_statements_count(above: str) -> None:
    cells = [("above", above), ("below", "def g():\n    return 1")]
    assert latest(cells, {"f": 1}) == {"f": 1}


def test_an_attribute_is_no_variable() -> None:
    cells = [("f", "def f(a):\n    return a.g"), ("below", "def g():\n    return 1")]
    assert latest(cells, {"f": 1}) == {"f": 2}


def test_a_name_for_nothing_is_not_the_last_value() -> None:
    cells = [("f", "def f(a):\n    return [0 for _ in a]"), ("below", "def g():\n    return 1")]
    assert latest(cells, {"f": 1}) == {"f": 2}


def test_a_part_of_a_module_is_its_first_name() -> None:
    cells = [("f", "def f():\n    return os"), ("below", "import os.path")]
    assert latest(cells, {"f": 1}) == {"f": 1}
    cells = [("f", "def f():\n    return path"), ("below", "import os.path")]
    assert latest(cells, {"f": 1}) == {"f": 2}


@pytest.mark.parametrize("word", ["f'{g}'", "'g'", "g.a", "import_(g)", "a['g']"])
def test_names_in_strings_and_expressions_count(word: str) -> None:
    cells = [("f", f"def f(a):\n    return {word}"), ("below", "def g():\n    return 1")]
    assert latest(cells, {"f": 1}) == {"f": 1}
