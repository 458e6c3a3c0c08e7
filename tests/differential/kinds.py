"""What honest people do to a notebook: each kind is a small function that changes a right one.

`REASONS` lists the kinds in which grading may give more or less than the notebook, and why.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

EXERCISES = Path(__file__).parents[2] / "exercises"

HIGHER = {
    "answer_became_markdown": "a key press changed its type; the text is the answer",
    "answer_became_raw": "a key press changed its type; the text is the answer",
    "answer_below_its_check": "cells were run out of order; the answer is there",
    "answer_in_a_new_last_cell": "cells were run out of order; the answer is there",
    "all_checks_deleted": "no check cell, no verdict in the notebook",
    "check_deleted": "no check cell, no verdict in the notebook",
    "check_deleted_and_name_reused": "no check cell, no verdict in the notebook",
    "setup_moved_to_the_end": "a locked cell was moved: it is put back",
    "setup_deleted": "a locked cell was deleted: it is put back",
    "setup_broken": "a locked cell was changed: its own text counts",
    "check_broken": "a locked cell was changed: its own text counts",
    "untouched_copy_below": "an untouched stub never hides an answer",
    "timeit_cell": "IPython throws away what a timed cell defines; the answer is there",
    "last_value_below": "in the notebook, the last value is the card of the check",
    "missing_module_in_line": "a module that is absent costs only what needs it",
    "missing_module_in_cell": "a module that is absent costs only what needs it",
    "missing_module_used_in_cell": "a module that is absent costs only what needs it",
    "missing_module_in_annotation": "a module that is absent costs only what needs it",
}
LOWER = {
    "state_left_by_a_check": "what a check leaves behind ends with the copy that was asked",
    "state_left_by_a_check_above_an_example": "what a check leaves behind ends with the copy that "
    "was asked",
}
REASONS = {"higher": HIGHER, "lower": LOWER}


@dataclass
class Book:
    """A notebook with right answers to the exercises `names`."""

    unit: str
    notebook: dict
    names: list[str]

    @property
    def cells(self) -> list[dict]:
        return self.notebook["cells"]

    def at(self, name: str) -> int:
        return next(i for i, cell in enumerate(self.cells) if grade_id(cell) == name)

    def cell(self, name: str) -> dict:
        return self.cells[self.at(name)]

    def before(self, name: str, *sources: str) -> None:
        at = self.at(name)
        self.cells[at:at] = [code(source) for source in sources]

    def after(self, name: str, *sources: str) -> None:
        at = self.at(name) + 1
        self.cells[at:at] = [code(source) for source in sources]

    def last(self, *sources: str) -> None:
        self.cells.extend(code(source) for source in sources)

    def needs(self, name: str, line: str) -> None:
        """Make the answer run `line` first."""
        self.cell(name)["source"] += needing(name, line)

    def take(self, name: str) -> dict:
        return self.cells.pop(self.at(name))


def needing(name: str, line: str) -> str:
    return (
        f"\n\n_right_{name} = {name}\n\n\ndef {name}(*args, **kwargs):\n    {line}\n"
        f"    return _right_{name}(*args, **kwargs)\n"
    )


def grade_id(cell: dict) -> str | None:
    return (cell["metadata"].get("nbgrader") or {}).get("grade_id")


def code(source: str) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def right(unit: str) -> Book:
    """The released notebook with the code of the course's own source."""
    source = json.loads((EXERCISES / f"source/{unit}/{unit}.ipynb").read_text("utf-8"))
    notebook = json.loads((EXERCISES / f"release/{unit}/{unit}.ipynb").read_text("utf-8"))
    names = []
    solutions = {grade_id(cell): cell for cell in source["cells"] if grade_id(cell)}
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        name = grade_id(cell)
        solution = cell["metadata"].get("nbgrader", {}).get("solution")
        if name and solution and cell["cell_type"] == "code" and not name.startswith("quiz_"):
            text = "".join(solutions[name]["source"]).split("\n")
            cell["source"] = "\n".join(line for line in text if "### " not in line)
            names.append(name)
    return Book(unit, notebook, names)


KINDS: dict[str, Callable[[Book], None]] = {}


def kind(change: Callable[[Book], None]) -> Callable[[Book], None]:
    KINDS[change.__name__] = change
    return change


# ------------------------------------------------------------------------- names used again


@kind
def nothing_changed(book: Book) -> None:
    pass


@kind
def stub_of_the_first(book: Book) -> None:
    book.cell(book.names[0])["source"] = (
        f"def {book.names[0]}(*args):\n    raise NotImplementedError"
    )


@kind
def helper_of_the_same_name(book: Book) -> None:
    first, second = book.names[:2]
    book.before(first, "def _helper(value):\n    return value")
    book.needs(first, "_helper(1)")
    book.before(second, "def _helper(value, other):\n    return other")
    book.needs(second, "_helper(1, 2)")


@kind
def constant_used_again(book: Book) -> None:
    book.before(book.names[0], "SIZE = 4")
    book.needs(book.names[0], "assert SIZE == 4")
    book.after(f"test_{book.names[0]}", "SIZE = 'large'")


@kind
def constant_changed_before_the_check(book: Book) -> None:
    book.before(book.names[0], "SIZE = 4")
    book.needs(book.names[0], "assert SIZE == 4")
    book.before(f"test_{book.names[0]}", "SIZE = 'large'")


@kind
def answer_name_used_again(book: Book) -> None:
    book.after(f"test_{book.names[1]}", f"{book.names[1]} = 5")


@kind
def answer_name_lost_before_the_check(book: Book) -> None:
    book.before(f"test_{book.names[1]}", f"{book.names[1]} = 5")


@kind
def answer_deleted_after_the_check(book: Book) -> None:
    book.after(f"test_{book.names[0]}", f"del {book.names[0]}")


@kind
def numpy_shadowed_at_the_end(book: Book) -> None:
    book.last("for np in range(3):\n    pass")


@kind
def builtins_shadowed_at_the_end(book: Book) -> None:
    book.last("sum = list = range = len = 0")


@kind
def builtin_shadowed_in_front(book: Book) -> None:
    book.before(book.names[-1], "sum = 0")


@kind
def loop_variable_used_again(book: Book) -> None:
    book.before(book.names[0], "rows = [1]")
    book.needs(book.names[0], "assert rows[0] == 1")
    book.last("for rows in range(2):\n    pass")


@kind
def list_emptied_later(book: Book) -> None:
    book.before(book.names[0], "kept = [1]")
    book.needs(book.names[0], "assert kept")
    book.after(f"test_{book.names[0]}", "kept.clear()")


@kind
def errors_of_numpy_raised_later(book: Book) -> None:
    book.last("np.seterr(all='raise')" if "import numpy" in str(book.cells) else "pass")


@kind
def module_attribute_replaced_later(book: Book) -> None:
    book.last("import numpy\nnumpy.sum = None\nnumpy.zeros = None")


# ------------------------------------------------------------------------- split and copied cells


def _split(book: Book, name: str, first: str, place: int) -> None:
    cell = book.cell(name)
    book.cells.insert(book.at(name) + place, {**copy.deepcopy(cell), "source": first})


@kind
def split_helper_first(book: Book) -> None:
    book.needs(book.names[0], "_half(2)")
    _split(book, book.names[0], "def _half(value):\n    return value / 2\n", 0)


@kind
def split_import_first(book: Book) -> None:
    book.needs(book.names[0], "fractions.Fraction(1, 2)")
    _split(book, book.names[0], "import fractions\n", 0)


@kind
def split_helper_after(book: Book) -> None:
    book.needs(book.names[0], "_half(2)")
    _split(book, book.names[0], "def _half(value):\n    return value / 2\n", 1)


@kind
def split_in_three(book: Book) -> None:
    book.needs(book.names[0], "_half(_two)")
    _split(book, book.names[0], "def _half(value):\n    return value / 2\n", 1)
    _split(book, book.names[0], "_two = 2\n", 0)


@kind
def filled_copy(book: Book) -> None:
    _split(book, book.names[0], book.cell(book.names[0])["source"], 1)


@kind
def wrong_copy_above(book: Book) -> None:
    _split(book, book.names[0], f"def {book.names[0]}(*args, **kwargs):\n    return 0\n", 0)


@kind
def wrong_copy_between(book: Book) -> None:
    _split(book, book.names[0], f"def {book.names[0]}(*args, **kwargs):\n    return 0\n", 1)


@kind
def wrong_copy_below_the_check(book: Book) -> None:
    copied = copy.deepcopy(book.cell(book.names[0]))
    copied["source"] = f"def {book.names[0]}(*args, **kwargs):\n    return 0\n"
    book.cells.insert(book.at(f"test_{book.names[0]}") + 1, copied)


@kind
def untouched_copy_below(book: Book) -> None:
    release = json.loads((EXERCISES / f"release/{book.unit}/{book.unit}.ipynb").read_text("utf-8"))
    stub = next(cell for cell in release["cells"] if grade_id(cell) == book.names[0])
    _split(book, book.names[0], "".join(stub["source"]), 1)


@kind
def check_copied(book: Book) -> None:
    name = f"test_{book.names[0]}"
    book.cells.insert(book.at(name) + 1, copy.deepcopy(book.cell(name)))


# ------------------------------------------------------------------------- types, places, metadata


@kind
def answer_became_markdown(book: Book) -> None:
    book.cell(book.names[0])["cell_type"] = "markdown"


@kind
def answer_became_raw(book: Book) -> None:
    book.cell(book.names[0])["cell_type"] = "raw"


@kind
def answer_below_its_check(book: Book) -> None:
    cell = book.take(book.names[0])
    book.cells.insert(book.at(f"test_{book.names[0]}") + 1, cell)


@kind
def answer_in_a_new_cell(book: Book) -> None:
    source = book.cell(book.names[0])["source"]
    stub_of_the_first(book)
    book.after(book.names[0], source)


@kind
def answer_in_a_new_last_cell(book: Book) -> None:
    source = book.cell(book.names[0])["source"]
    stub_of_the_first(book)
    book.last(source)


@kind
def exercises_swapped(book: Book) -> None:
    moved = [book.take(name) for name in (book.names[-1], f"test_{book.names[-1]}")]
    at = book.at(book.names[0])
    book.cells[at:at] = moved


@kind
def check_deleted(book: Book) -> None:
    book.take(f"test_{book.names[0]}")


@kind
def check_deleted_and_name_reused(book: Book) -> None:
    book.take(f"test_{book.names[0]}")
    book.last(f"{book.names[0]} = 3")


@kind
def all_checks_deleted(book: Book) -> None:
    for name in book.names:
        book.take(f"test_{name}")


@kind
def setup_moved_to_the_end(book: Book) -> None:
    for cell in [c for c in book.cells if c["metadata"].get("autograder", {}).get("run")]:
        book.cells.remove(cell)
        book.cells.append(cell)


@kind
def setup_deleted(book: Book) -> None:
    for cell in [c for c in book.cells if c["metadata"].get("autograder", {}).get("run")]:
        book.cells.remove(cell)


@kind
def setup_broken(book: Book) -> None:
    for cell in [c for c in book.cells if c["metadata"].get("autograder", {}).get("run")]:
        cell["source"] = "oops(" + cell["source"]


@kind
def check_broken(book: Book) -> None:
    book.cell(f"test_{book.names[0]}")["source"] = f"check({book.names[0]!r}"


@kind
def import_added_to_the_check(book: Book) -> None:
    book.needs(book.names[0], "fractions.Fraction(1, 2)")
    cell = book.cell(f"test_{book.names[0]}")
    cell["source"] = "import fractions\n" + cell["source"]


@kind
def import_added_to_the_start(book: Book) -> None:
    book.needs(book.names[0], "fractions.Fraction(1, 2)")
    book.cell("start")["source"] += "\nimport fractions"


@kind
def merged_into_the_check(book: Book) -> None:
    cell = book.take(book.names[0])
    check = book.cell(f"test_{book.names[0]}")
    check["source"] = cell["source"] + "\n\n" + check["source"]


@kind
def merged_into_the_check_before(book: Book) -> None:
    cell = book.take(book.names[1])
    book.cell(f"test_{book.names[0]}")["source"] += "\n\n" + cell["source"]


@kind
def merged_into_the_start(book: Book) -> None:
    cell = book.take(book.names[1])
    book.cell("start")["source"] += "\n\n" + cell["source"]


@kind
def merged_two_answers(book: Book) -> None:
    cell = book.take(book.names[1])
    book.cell(book.names[0])["source"] += "\n\n" + cell["source"]


@kind
def answer_without_metadata(book: Book) -> None:
    book.cell(book.names[0])["metadata"] = {}


@kind
def check_without_metadata(book: Book) -> None:
    book.cell(f"test_{book.names[0]}")["metadata"] = {}
    book.last(f"{book.names[0]} = 3")


@kind
def all_metadata_lost(book: Book) -> None:
    for cell in book.cells:
        cell["metadata"] = {}


@kind
def all_metadata_lost_and_names_reused(book: Book) -> None:
    all_metadata_lost(book)
    book.last("; ".join(f"{name} = None" for name in book.names))


@kind
def checked_more_than_once(book: Book) -> None:
    name = book.names[0]
    book.before(f"test_{name}", f"report = check({name!r}, {name})\nreport.score\nMORE = 1")
    book.needs(name, "MORE if 'MORE' in globals() else 0")


# ------------------------------------------------------------------------- what IPython reads


def _wrapped(name: str, text: str) -> Callable[[Book], None]:
    """A kind in which `ok` is defined in a cell of the student's own, and the answer needs it."""

    def change(book: Book) -> None:
        book.before(book.names[0], text)
        book.needs(book.names[0], "assert ok == 1")

    change.__name__ = name
    return kind(change)


for _name, _text in {
    "indented_cell": "    ok = 0\n    if True:\n        ok += 1",
    "indented_after_a_comment": "  # indented\n  ok = 1",
    "prompts": ">>> ok = 0\n>>> for i in range(1):\n...     ok += 1",
    "ipython_prompts": "In [5]: ok = 0\n   ...: ok += 1",
    "await_at_top": "import asyncio\nasync def one():\n    await asyncio.sleep(0)\n    return 1\nok = await one()",
    "await_in_a_loop": "import asyncio\nok = 0\nfor _ in range(1):\n    await asyncio.sleep(0)\n    ok += 1",
    "task_awaited": "import asyncio\nasync def one():\n    return 1\n"
    "task = asyncio.create_task(one())\nok = await task",
    "get_ipython_magic": "get_ipython().run_line_magic('config', '')\nok = 1",
    "get_ipython_system": "get_ipython().system('true')\nok = 1",
    "shell_line": "!true\nok = 1",
    "shell_line_continued": "!true a \\\n  b \\\n  c\nok = 1",
    "shell_output": "lines = !true\nok = 1 + len(lines)",
    "shell_output_continued": "lines = !true \\\n  -la\nok = 1",
    "shell_in_a_block": "if True:\n    !true\n    ok = 1",
    "shell_in_a_function": "def f():\n    !true\n    return 1\nok = f()",
    "line_magic": "%config\nok = 1",
    "time_line": "%time ok = 1",
    "time_line_with_a_value": "ok = 1\n%time ok + 1",
    "timeit_line": "ok = 1\n%timeit -n 1 -r 1 ok + 1",
    "magic_in_try": "try:\n    %config\nexcept Exception:\n    pass\nok = 1",
    "help_before": "ok = 1\n?ok",
    "help_behind": "ok = 1\nok?",
    "help_double": "ok = 1\nok??",
    "time_cell": "%%time\nok = 1",
    "time_cell_behind_blanks": "\n\n%%time\nok = 1",
    "time_cell_with_magics": "%%time\n!true\n%config\nok = 1",
    "capture_cell": "%%capture\nprint(1)\nok = 1",
    "capture_cell_named": "%%capture out\nprint(1)\nok = 1",
    "prun_cell": "%%prun -q\nok = 1",
    "timeit_cell": "%%timeit -n 1 -r 1\nglobal ok\nok = 1",
    "magic_like_text": "text = '''\n!keep\n%and\nwhat??\n'''\n%config\nok = 1 if '!keep' in text else 0",
    "percent_continues": "!true\nok = (7\n% 2)",
    "percent_continues_alone": "ok = (7\n% 2)",
    "comment_above_magic": "# magic\n%config\nok = 1",
    "unknown_encoding_comment": "# -*- coding: latin-1 -*-\nok = 1",
    "form_feed": "\x0cok = 1",
    "form_feed_between": "ok = 0\n\x0c\nok = 1",
    "crlf": "ok = 0\r\nok = 1\r\n",
    "no_break_space": "ok\u00a0= 1",
    "smart_quotes": "text = \u2018one\u2019\nok = 1",
    "tabs": "if True:\n\tok = 1",
    "tabs_and_spaces": "if True:\n\tok = 0\n        ok = 1",
    "semicolons": "a = 0; ok = 1; ok;",
    "last_value": "1\n",
    "unicode_names": "größe = 1\nok = größe",
    "backslashes": "ok = 0 \\\n  + \\\n  1",
    "only_comments": "# ok = 1",
    "top_level_return": "ok = 1\nreturn ok",
    "top_level_yield": "ok = 1\nyield ok",
    "break_outside": "ok = 1\nbreak",
    "syntax_error_below": "ok = 1\nfor in range:",
    "error_below": "ok = 1\n1 / 0",
    "error_above": "1 / 0\nok = 1",
    "exit_below": "import sys\nok = 1\nsys.exit()",
    "exit_above": "import sys\nsys.exit()\nok = 1",
    "interrupt_below": "ok = 1\nraise KeyboardInterrupt",
    "assert_fails_above": "assert False\nok = 1",
    "warning_as_error": "import warnings\nok = 1\nwarnings.simplefilter('error')\nwarnings.warn('x')\nok = 2",
    "exec_text": "exec('ok = 1')",
    "globals_item": "globals()['ok'] = 1",
    "globals_of_a_function": "def f():\n    global ok\n    ok = 1\nf()",
    "walrus": "(ok := 1)",
    "star_import": "from math import *\nok = int(cos(0))",
    "with_block": "import contextlib\nwith contextlib.nullcontext(1) as ok:\n    pass",
    "match_block": "match [1]:\n    case [ok]:\n        pass",
    "except_name_goes": "ok = 1\ntry:\n    1 / 0\nexcept ZeroDivisionError as ok:\n    pass",
    "comprehension_variable": "ok = 1\n[ok for ok in range(5)]",
    "class_body": "class C:\n    ok = 0\nok = C.ok + 1",
    "main_guard": "if __name__ == '__main__':\n    ok = 1",
    "file_name": "ok = 1\n__file__",
    "own_source": "import inspect\ndef f():\n    return 1\nok = len(inspect.getsource(f).splitlines()) - 1",
    "thread": "import threading\nfound = []\n"
    "t = threading.Thread(target=lambda: found.append(1))\nt.start()\nt.join()\nok = found[0]",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    ok: int = 1\nok = P().ok",
    "pickled": "import pickle\nclass P:\n    pass\n"
    "ok = 1 if pickle.loads(pickle.dumps(P())) else 0",
    "environment": "import os\nos.environ['OK'] = '1'\nok = int(os.environ['OK'])",
    "displayed": "display(1)\nfrom IPython.display import display as show, clear_output\n"
    "show(2)\nclear_output()\nok = 1",
    "ipython_asked": "from IPython import get_ipython\nget_ipython().run_line_magic('config', '')\nok = 1",
    "shell_asked": "ok = 1 if 'google.colab' not in str(get_ipython()) else 0",
    "input_asked": "ok = 1\ninput()\nok = 2",
    "module_tried": "try:\n    import surely_absent\nexcept ImportError:\n    ok = 1",
    "module_tried_by_name": "try:\n    from surely_absent import x\n"
    "except ModuleNotFoundError:\n    ok = 1\nelse:\n    ok = 0",
    "name_not_in_module": "ok = 1\nfrom math import surely_absent\nok = 2",
    "missing_module_in_line": "ok = 0\nimport surely_absent, math\nok = 1",
    "missing_module_in_cell": "import surely_absent\nimport math\nok = int(math.cos(0))",
    "missing_module_used_in_cell": "import surely_absent as sa\nsa.set_theme()\nok = 1",
    "missing_module_in_annotation": "import surely_absent as sa\ndef f(x: sa.Frame):\n    return 1\nok = f(0)",
    "quiz_shown": "unit.quiz\nok = 1",
}.items():
    _wrapped(_name, _text)


@kind
def indented_answer(book: Book) -> None:
    cell = book.cell(book.names[0])
    cell["source"] = "\n".join(f"    {line}" for line in cell["source"].split("\n"))


@kind
def answer_with_prompts(book: Book) -> None:
    cell = book.cell(book.names[0])
    lines = cell["source"].strip("\n").split("\n")
    cell["source"] = "\n".join([f">>> {lines[0]}", *(f"... {line}" for line in lines[1:])])


@kind
def answer_timed(book: Book) -> None:
    cell = book.cell(book.names[0])
    cell["source"] = "%%time\n" + cell["source"]


@kind
def answer_below_a_syntax_error(book: Book) -> None:
    cell = book.cell(book.names[0])
    cell["source"] = "def f(:\n" + cell["source"]


@kind
def answer_above_an_error(book: Book) -> None:
    book.cell(book.names[0])["source"] += "\n\nundefined_name"


@kind
def answer_below_an_error(book: Book) -> None:
    cell = book.cell(book.names[0])
    cell["source"] = "undefined_name\n" + cell["source"]


@kind
def last_value_used(book: Book) -> None:
    book.before(book.names[0], "[1, 2]", "ok = _[0]")
    book.needs(book.names[0], "assert ok == 1")


@kind
def last_value_of_ones_own(book: Book) -> None:
    book.before(book.names[0], "_ = 5", "[1, 2]", "ok = _ - 4")
    book.needs(book.names[0], "assert ok == 1")


@kind
def future_annotations_stay(book: Book) -> None:
    book.before(
        book.names[0],
        "from __future__ import annotations",
        "def f(x: Unknown):\n    return 1\nok = f(0)",
    )
    book.needs(book.names[0], "assert ok == 1")


@kind
def annotation_unknown(book: Book) -> None:
    book.before(book.names[0], "def f(x: Unknown):\n    return 1\nok = f(0)")
    book.needs(book.names[0], "assert ok == 1")


@kind
def file_written_and_imported(book: Book) -> None:
    book.before(
        book.names[0], "%%writefile helpers_of_mine.py\nok = 1\n", "from helpers_of_mine import ok"
    )
    book.needs(book.names[0], "assert ok == 1")


@kind
def program_of_another_language(book: Book) -> None:
    book.before(book.names[0], "%%bash\ntrue", "%%html\n<b>x</b>", "%%javascript\n1 + 1", "ok = 1")
    book.needs(book.names[0], "assert ok == 1")


@kind
def helper_below_the_answer(book: Book) -> None:
    book.needs(book.names[0], "_late()")
    book.after(book.names[0], "def _late():\n    return 1")


@kind
def helper_below_the_check(book: Book) -> None:
    book.needs(book.names[0], "_late()")
    book.after(f"test_{book.names[0]}", "def _late():\n    return 1")


@kind
def answers_on_the_first_answer(book: Book) -> None:
    first, second = book.names[:2]
    book.needs(second, f"assert callable({first})")
    book.after(f"test_{second}", f"{first} = None")


@kind
def answer_decorated(book: Book) -> None:
    name = book.names[0]
    book.cell(name)["source"] += (
        f"\n\ndef traced(f):\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n"
        f"    return inner\n\n{name} = traced({name})\n"
    )


@kind
def answer_is_an_object(book: Book) -> None:
    name = book.names[0]
    book.cell(name)["source"] += (
        f"\n\nclass Answer:\n    right = staticmethod({name})\n\n"
        f"    def __call__(self, *args, **kwargs):\n        return self.right(*args, **kwargs)\n\n"
        f"{name} = Answer()\n"
    )


@kind
def answer_renamed(book: Book) -> None:
    name = book.names[0]
    cell = book.cell(name)
    cell["source"] = cell["source"].replace(f"def {name}(", f"def {name}_new(")


@kind
def printing_without_end(book: Book) -> None:
    book.needs(book.names[0], "print('x' * 1000)")


# ------------------------------------------------------------------------- what cells below change


def _below(name: str, helper: str, text: str) -> Callable[[Book], None]:
    """A kind in which the first answer needs `helper`, and a cell below its check changes that."""

    def change(book: Book) -> None:
        first, second = book.names[:2]
        book.before(first, helper)
        book.needs(first, "assert _fine()")
        book.after(f"test_{second}", text)

    change.__name__ = f"{name}_below"
    return kind(change)


_FINE = "def _fine():\n    return True"
for _name, _helper, _text in (
    ("function_again", _FINE, "def _fine():\n    return False"),
    (
        "class_of_the_same_name",
        _FINE,
        "class _fine:\n    def __bool__(self):\n        return False",
    ),
    ("lambda_of_the_same_name", _FINE, "_fine = lambda: False"),
    ("import_of_the_same_name", _FINE, "from operator import not_ as _fine"),
    ("loop_variable_of_the_same_name", _FINE, "for _fine in [1, 2]:\n    pass"),
    ("deleted", _FINE, "del _fine"),
    (
        "builtin_by_a_star_import",
        "def _fine():\n    return pow(2, 3, 5) == 3",
        "from math import *",
    ),
    ("name_for_globals", "def _fine():\n    return 'LATE' not in globals()", "LATE = 1"),
    (
        "name_for_an_error",
        "def _fine():\n    try:\n        return LATE\n    except NameError:\n        return True",
        "LATE = 0",
    ),
    (
        "name_for_its_module",
        "import sys\ndef _fine():\n    return not hasattr(sys.modules['__main__'], 'LATE')",
        "LATE = 1",
    ),
    ("default_list", "def _fine(kept=[]):\n    return not kept", "_fine.__defaults__[0].append(1)"),
    ("attribute", "def _fine():\n    return not hasattr(_fine, 'old')", "_fine.old = 1"),
    (
        "class_attribute",
        "class Set:\n    right = True\ndef _fine():\n    return Set.right",
        "Set.right = False",
    ),
    (
        "entry_of_a_table",
        "TABLE = {'right': True}\ndef _fine():\n    return TABLE['right']",
        "TABLE['right'] = False",
    ),
    (
        "value_in_a_decorator",
        "RIGHT = [True]\ndef _fine():\n    return RIGHT[0]",
        "def mark(f):\n    RIGHT[0] = False\n    return f\n@mark\ndef other():\n    pass",
    ),
    (
        "value_in_a_default",
        "RIGHT = [True]\ndef _fine():\n    return RIGHT[0]",
        "def other(x=RIGHT.clear()):\n    pass",
    ),
    (
        "value_in_a_class_body",
        "RIGHT = [True]\ndef _fine():\n    return RIGHT[0]",
        "class Other:\n    RIGHT.clear()",
    ),
    (
        "value_in_a_comprehension",
        "RIGHT = [True]\ndef _fine():\n    return RIGHT[0]",
        "DONE = [RIGHT.clear() for _ in range(1)]",
    ),
    (
        "subclass_noted",
        "MADE = []\nclass Base:\n    def __init_subclass__(cls):\n        MADE.append(cls)\n"
        "def _fine():\n    return not MADE",
        "class Made(Base):\n    pass",
    ),
    (
        "iterator_used_up",
        "NEXT = iter([True] * 400)\ndef _fine():\n    return next(NEXT)",
        "REST = [*NEXT]",
    ),
    (
        "setting_of_numpy",
        "import numpy\ndef _fine():\n    return numpy.float64(1) / 0 > 0",
        "import numpy\nnumpy.seterr(all='raise')",
    ),
    (
        "environment",
        "import os\ndef _fine():\n    return 'LATE' not in os.environ",
        "import os\nos.environ['LATE'] = '1'",
    ),
    (
        "folder",
        "import os\nHERE = os.getcwd()\ndef _fine():\n    return os.getcwd() == HERE",
        "import os\nos.chdir('/')",
    ),
    (
        "file",
        "import os\ndef _fine():\n    return not os.path.exists('late.txt')",
        "open('late.txt', 'w').close()",
    ),
):
    _below(_name, _helper, _text)


@kind
def last_value_below(book: Book) -> None:
    first, second = book.names[:2]
    book.before(first, "5")
    book.needs(first, "assert _ == 5 or _ is None")
    book.after(f"test_{second}", "'another value'")


@kind
def answer_as_a_class_of_its_own(book: Book) -> None:
    name = book.names[0]
    book.cell(name)["source"] += (
        f"\n\nclass _Call:\n    f = staticmethod({name})\n    def __call__(self, *a, **k):\n"
        f"        return self.f(*a, **k)\n\n{name} = _Call()\n"
    )


@kind
def state_left_by_a_check(book: Book) -> None:
    first, second = book.names[:2]
    book.before(first, "SEEN = []")
    book.needs(first, "SEEN.append(1)")
    book.needs(second, "assert SEEN")


@kind
def state_left_by_a_check_above_an_example(book: Book) -> None:
    state_left_by_a_check(book)
    book.before(book.names[1], "example = list(range(3))")


@kind
def answer_tried_out_below(book: Book) -> None:
    for name in book.names:
        book.after(f"test_{name}", f"print({name})\nhelp({name})", f"{name}.__name__")


@kind
def counter_of_calls(book: Book) -> None:
    first, second = book.names[:2]
    book.before(first, "calls = 0")
    book.needs(first, "global calls; calls += 1")
    book.after(f"test_{first}", "calls = 0")
    book.needs(second, "assert calls == 0")


@kind
def disabled_copy_as_text(book: Book) -> None:
    copied = copy.deepcopy(book.cell(book.names[0]))
    copied["source"] = f"def {book.names[0]}(*args, **kwargs):\n    return 0\n"
    copied["cell_type"] = "markdown"
    book.cells.insert(book.at(book.names[0]) + 1, copied)


@kind
def disabled_copy_as_raw(book: Book) -> None:
    disabled_copy_as_text(book)
    book.cells[book.at(book.names[0]) + 1]["cell_type"] = "raw"


@kind
def recursion_limit_set(book: Book) -> None:
    book.before(book.names[0], "import sys\nsys.setrecursionlimit(5000)")


@kind
def plotted(book: Book) -> None:
    book.before(
        book.names[0],
        "%matplotlib inline\ntry:\n    import matplotlib.pyplot as plt\n    plt.plot([1, 2])\n"
        "    plt.show()\nexcept ImportError:\n    pass",
    )


@kind
def random_state_used_below(book: Book) -> None:
    first, second = book.names[:2]
    book.before(first, "import random, numpy\nrandom.seed(3)\nnumpy.random.seed(3)")
    book.after(
        f"test_{first}",
        "drawn = (random.random(), numpy.random.rand())",
        "random.seed(3)\nnumpy.random.seed(3)\nagain = (random.random(), numpy.random.rand())",
    )
    book.needs(second, "assert drawn == again")
