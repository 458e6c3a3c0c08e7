"""A submission laid out cell by cell, on notebooks written by hand: what is believed, run, kept, and told."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from autograder.read import notebook, submission, syntax, typed
from autograder.read.ipython import Reader
from autograder.read.notebook import BadNotebook
from autograder.read.submission import arrange, read_submission
from autograder.read.template import own_template, read_template
from autograder.read.typed import Unreadable, literal
from autograder.text import storable


def cell(source="", name=None, kind="code", **flags):
    """A cell; flags that are none of nbgrader's are its own entries."""
    own = {key: flags.pop(key) for key in ("id", "attachments", "autograder") if key in flags}
    metadata = {"nbgrader": {"grade_id": name} | flags} if name else {}
    if "autograder" in own:
        metadata["autograder"] = own.pop("autograder")
    return {"cell_type": kind, "source": source, "metadata": metadata} | own


def book(*cells, **more):
    return {"nbformat": 4, "metadata": {}, "cells": list(cells)} | more


def parsed(*cells, **more):
    return notebook.parse(json.dumps(book(*cells, **more)).encode(), "a.ipynb")


def solution(name, source="raise NotImplementedError", **more):
    return cell(source, name, solution=True, **more)


def written(source, name="why", **more):
    return cell(source, name, "markdown", **{"grade": True, "solution": True} | more)


SETUP = cell("import math", "setup", locked=True, autograder={"run": True})
TEST = cell("check('f')", "test_f", grade=True, points=4, locked=True)
QUIZ = cell("q01 = None", "quiz_q01", solution=True)


@pytest.fixture
def lay(tmp_path):
    """Lay out cells as a template of other cells has them."""

    def lay(template, *cells):
        path = tmp_path / "unit.ipynb"
        path.write_text(json.dumps(book(*template)))
        return arrange(parsed(*cells), read_template(path))

    return lay


def refused(*arguments, by=notebook.parse):
    with pytest.raises(BadNotebook) as caught:
        by(*arguments)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------------------ files


def test_what_is_no_regular_file_is_refused_in_words_and_left_closed(tmp_path):
    file, link, pipe = tmp_path / "file", tmp_path / "link", tmp_path / "pipe"
    file.write_bytes(b"{}")
    link.symlink_to(file)
    os.mkfifo(pipe)
    put = "Put the file itself there."
    assert refused(link, by=notebook.open_regular) == f"{link}: it is a link. {put}"
    gone = tmp_path / "gone"
    assert refused(gone, by=notebook.open_regular) == f"{gone}: No such file or directory. {put}"
    opened = len(os.listdir("/proc/self/fd"))
    for path in (pipe, tmp_path):
        assert refused(path, by=notebook.open_regular) == f"{path}: not a regular file. {put}"
    assert len(os.listdir("/proc/self/fd")) == opened
    with notebook.open_regular(file) as handle:
        assert handle.read() == b"{}"


def test_an_error_without_words_is_told_all_the_same(tmp_path, monkeypatch):
    def broken(*arguments):
        raise OSError

    monkeypatch.setattr(os, "open", broken)
    assert "it cannot be opened" in refused(tmp_path / "a", by=notebook.open_regular)


def test_a_file_may_be_as_large_as_the_limit(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"x" * 3_000_000)
    assert len(notebook.read_bytes(path, 3_000_000)) == 3_000_000
    assert f"{path}: larger than 3 MB. Clear" in refused(path, 2_999_999, by=notebook.read_bytes)


# ------------------------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    ("limit", "value", "most", "beyond", "words"),
    [
        ("MAX_STRUCTURES", 4, [book()], None, "far too many nested values"),
        ("MAX_CELLS", 2, [cell(), cell()], cell(), "more than 2 cells"),
        (
            "MAX_CODE",
            5,
            [cell("abc"), cell("de"), cell("not code", kind="raw")],
            cell("f"),
            "of code",
        ),
        ("MAX_SOURCE", 3, [cell("abc")], cell("abcd"), "cell 2: longer than 3 characters"),
    ],
)
def test_the_limits_may_be_reached_and_not_passed(monkeypatch, limit, value, most, beyond, words):
    monkeypatch.setattr(notebook, limit, value)
    if beyond is None:  # counted before anything is read
        assert notebook.parse(b'{"cells": [], "metadata": {"a": {}}}', "a")["cells"] == []
        assert words in refused(b'{"cells": [[]], "metadata": {"a": {}}}', "a")
        return
    assert len(parsed(*most)["cells"]) == len(most)
    assert words in refused(json.dumps(book(*most, beyond)).encode(), "a")


def test_honest_files_of_every_kind_are_read():
    data = json.dumps(book(cell("a"))).encode()
    assert notebook.parse(b"\xef\xbb\xbf" + data, "a")["cells"] == parsed(cell("a"))["cells"]
    assert notebook.parse(b'{"cells": [], "metadata": {"x": [NaN, -Infinity]}}', "a") == {
        "cells": [],
        "metadata": {"x": [None, None]},
    }
    assert parsed(metadata="none")["metadata"] == {} and parsed(nbformat=None)["cells"] == []
    with_more = {"metadata": {"kernelspec": {"name": "python3"}}, "worksheet": 1}
    assert parsed(**with_more)["metadata"] == with_more["metadata"]


def test_where_a_file_is_broken_is_told():
    assert refused(b'{"cells":\n [}', "a") == (
        "a: not a notebook file (Expecting value, line 2). Download it again as .ipynb."
    )
    long = b'{"nbformat": ' + b"9" * 10_000 + b"}"
    assert refused(long, "a") == "a: not a notebook file. Download it again as .ipynb."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"cell_type": "code"}, {"source": "", "metadata": {}}),
        ({"cell_type": "raw", "source": ["a\n", 5, "b"]}, {"source": "a\nb", "metadata": {}}),
        ({"cell_type": "code", "source": 5, "metadata": 5}, {"source": "", "metadata": {}}),
        (
            {"cell_type": "code", "source": "a", "metadata": {"x": 1}, "id": "i", "outputs": [1]},
            {"source": "a", "metadata": {"x": 1}, "id": "i"},
        ),
        ({"cell_type": "code", "id": 5, "attachments": {"a": 1}}, {"source": "", "metadata": {}}),
        (
            {"cell_type": "markdown", "source": "a", "attachments": {"a": 1}},
            {"source": "a", "metadata": {}, "attachments": {"a": 1}},
        ),
        ({"cell_type": "markdown", "attachments": [1]}, {"source": "", "metadata": {}}),
        ({"cell_type": "other", "source": "a"}, None),
        ("text", None),
    ],
)
def test_of_a_cell_only_what_is_sound_is_kept(given, kept):
    whole = [] if kept is None else [{"cell_type": given["cell_type"]} | kept]
    assert parsed(given)["cells"] == whole


def test_text_is_cleaned_of_what_cannot_be_written():
    assert storable("a\r\nb\tc\rd\n") == "a\nb\tc\rd\n"
    assert storable("\ud800\x00\x0b\x1f\x7fé") == "?" + "\ufffd" * 4 + "é"


# --------------------------------------------------------------------------------------------------------- template


@pytest.mark.parametrize(
    ("kind", "flags", "role", "points", "target"),
    [
        ("code", {}, "locked", 0, "test_it"),
        ("code", {"autograder": {"run": True}}, "run", 0, "test_it"),
        ("markdown", {"autograder": {"run": True}}, "locked", 0, "test_it"),
        ("code", {"autograder": {"run": 1}}, "locked", 0, "test_it"),
        ("code", {"autograder": "run"}, "locked", 0, "test_it"),
        ("code", {"solution": True, "points": 5}, "solution", 0, "test_it"),
        ("code", {"grade": True, "points": 5}, "test", 5, "it"),
        ("code", {"grade": True, "points": 0.5}, "test", 0.5, "it"),
        ("code", {"grade": True}, "test", 0, "it"),
        ("code", {"grade": True, "points": -1}, "test", 0, "it"),
        ("code", {"grade": True, "points": 1e6}, "test", 0, "it"),
        ("code", {"grade": True, "points": 999_999}, "test", 999_999, "it"),
        ("code", {"grade": True, "points": "5"}, "test", 0, "it"),
        ("markdown", {"grade": True, "solution": True, "points": 5}, "written", 5, "test_it"),
        ("markdown", {"task": True, "points": 5}, "written", 5, "test_it"),
    ],
)
def test_the_role_of_a_cell(lay, tmp_path, kind, flags, role, points, target):
    lay([cell("x", "test_it", kind, **flags)])
    [found] = read_template(tmp_path / "unit.ipynb").cells
    assert (found.grade_id, found.role) == ("test_it", role)
    assert (found.points, found.target) == (points, target)
    assert isinstance(found.points, float)


def test_the_roles_of_a_quiz_and_of_cells_without_a_name(lay, tmp_path):
    test = cell("0", "test_quiz", grade=True, points=4)
    lay([QUIZ, test, cell("text"), cell("text"), cell("x", "", solution=True)], QUIZ)
    template = read_template(tmp_path / "unit.ipynb")
    assert [(c.role, c.grade_id, c.points) for c in template.cells[2:]] == [("text", None, 0)] * 3
    assert [(c.role, c.target) for c in template.with_id()] == [
        ("quiz", "q01"),
        ("quiz_test", "quiz"),
    ]
    assert list(template.by_id()) == ["quiz_q01", "test_quiz"]
    assert [c.grade_id for c in template.of_role("quiz", "quiz_test")] == ["quiz_q01", "test_quiz"]


def test_a_template_knows_its_name_its_metadata_and_its_file(tmp_path):
    path = tmp_path / "unit.ipynb"
    assert refused(path, by=read_template) == (
        f"{path}: no released notebook. Run `autograder release unit` first."
    )
    path.write_text(json.dumps(book(QUIZ, metadata={"a": 1})))
    template = read_template(str(path))
    assert (template.name, template.metadata) == ("unit", {"a": 1})
    assert template.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(json.dumps(book(QUIZ, SETUP, QUIZ)))
    assert refused(path, by=read_template) == (
        f"{path}: two cells have the grade_id 'quiz_q01'. Rename one in the source."
    )


def test_an_authors_notebook_is_its_own_template():
    cells = [SETUP, solution("f", "def f(): pass"), QUIZ, written("Because."), TEST, cell("text")]
    cells += [solution("f", "again")]
    template = own_template(parsed(*cells), "mine")
    assert (template.name, template.metadata, template.digest) == ("mine", {}, "")
    assert [(c.grade_id, c.cell["source"]) for c in template.cells] == [
        ("setup", "import math"),
        ("f", ""),
        ("quiz_q01", ""),
        ("why", ""),
        ("test_f", "check('f')"),
    ]
    result = arrange(parsed(*cells[:5]), template)
    assert result.untouched == set() and result.written == {"why": ("Because.", True)}


def test_a_submission_is_read_with_its_digest(tmp_path):
    path = tmp_path / "unit.ipynb"
    path.write_text(json.dumps(book(QUIZ)))
    template = read_template(path)
    path.write_text(json.dumps(book(cell("q01 = 3", "quiz_q01"))))
    result = read_submission(str(path), template)
    assert (result.name, result.quiz) == ("unit", {"q01": 3})
    assert result.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text("{")
    assert str(path) in refused(path, template, by=read_submission)


# ------------------------------------------------------------------------------------------------- which one counts

STUB = "def f():\n    raise NotImplementedError"
A, B, C = ("def f():\n    return 1", "def f():\n    return 2", "def f():\n    return 3")


@pytest.mark.parametrize(
    ("sources", "tests", "counts", "where"),
    [
        ([A, B], 2, B, "last"),
        ([A, B, C], 2, B, "middle"),
        ([A, B, C], 1, A, "first"),
        ([A, B, C], 3, C, "last"),
        ([A, B], None, B, "last"),
        ([A, B], 0, A, "first"),  # none stands above the test
        ([STUB, A], 1, A, "last"),
        ([A, "g = 1"], 2, A, "first"),
        ([A, ""], 2, A, "first"),
        ([STUB, STUB], 2, STUB, "first"),
        ([STUB + "  \n\n", "x ="], 2, STUB + "  \n\n", "first"),
        (["f = 1", "class f: pass"], 2, "class f: pass", "last"),
        (["f: int = 1", "async def f(): pass", "g: int = 2"], 3, "async def f(): pass", "middle"),
        (["f, g = 1, 2", "f = g = 1"], 2, "f = g = 1", "last"),
    ],
)
def test_of_several_answers_the_last_one_above_the_test_counts(lay, sources, tests, counts, where):
    cells = [cell(source, "f") for source in sources]
    if tests is not None:
        cells.insert(tests, TEST)
    result = lay([solution("f", STUB), TEST], *cells)
    [graded] = [c for c in result.cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "f"]
    assert graded["source"] == counts
    assert result.notes[0] == (
        f"There are {len(sources)} cells `f`. Each was run where it stands, and the {where} one is "
        "shown as your answer; please keep only one."
    )
    written = [source for source in sources if source.strip() and source != STUB]
    assert [source for _, source in result.run[1:]] == (
        written if counts in written else [counts, *written]
    )


def test_a_copy_of_another_type_is_no_answer(lay):
    result = lay([solution("f", STUB)], cell(A, "f"), cell(B, "f", "markdown"))
    assert ("f", A) in result.run and "f" not in result.untouched
    assert B not in dict(result.run).values(), "a copy that was switched off stays off"
    result = lay([written("", "why")], written("Because.", "why"), written("  ", "why"))
    assert result.written == {"why": ("Because.", True)}


def test_copies_of_a_locked_cell_are_not_worth_a_note(lay):
    result = lay([SETUP, TEST], SETUP, SETUP, TEST, TEST)
    assert result.notes == [] and [name for name, _ in result.run] == ["preamble", "setup"]
    assert len(result.cells) == 2


# ------------------------------------------------------------------------------------------------------------ order


def names(result):
    return [
        c["metadata"]["nbgrader"]["grade_id"] if c["metadata"] else c["source"]
        for c in result.cells
    ]


def test_cells_stand_where_the_student_has_them_and_lost_ones_behind_their_neighbour(lay):
    template = [SETUP, solution("f"), TEST, QUIZ, cell("prose", kind="markdown"), written("")]
    own = cell("own = 1"), cell("more()")
    result = lay(template, own[0], QUIZ, solution("f", A), own[1])
    # The first one returns to the top, the others behind the template's cell before them; a check also behind what the
    # student has written there.
    assert names(result) == ["setup", "own = 1", "quiz_q01", "why", "f", "more()", "test_f"]
    assert result.missing == {"setup", "test_f", "why"}
    ran = [name for name, _ in result.run]
    assert ran == ["preamble", "setup", "cell 1", "f", "cell 4"]
    assert result.notes == [
        "The cell `why` was missing, so there is no answer to grade.",
        "The cell `test_f` was missing. It was put back; your answer was graded as usual.",
    ]


def test_set_up_cells_run_in_their_own_order_before_what_the_template_has_below_them(lay):
    second = cell("import os", "more", autograder={"run": True})
    template = [SETUP, second, solution("f")]
    result = lay(template, cell("own = 1"), second, solution("f", A), SETUP)
    assert [name for name, _ in result.run] == ["preamble", "cell 1", "setup", "more", "f"]
    assert result.run[0] == submission.PREAMBLE


# ------------------------------------------------------------------------------------------------------ cells and notes


def test_locked_cells_come_from_the_template(lay):
    changed = cell("import nothing", "setup"), cell("check = print", "test_f", grade=False)
    result = lay([SETUP, TEST], *changed)
    assert result.notes == [
        f"You changed the cell `{name}`. It is locked, so the original was used. What you added "
        "to it was run as well."
        for name in ("setup", "test_f")
    ]
    assert [c["source"] for c in result.cells] == ["import math", "check('f')"]
    assert result.cells[1]["metadata"] == {"nbgrader": TEST["metadata"]["nbgrader"]}
    assert result.run[1:] == [
        ("cell 1", "import nothing"),
        ("setup", "import math"),
        ("cell 2", "check = print"),
    ]
    broken = cell("import math\nmath = (", "setup"), cell("check('f')\nmath = 5", "test_f")
    result = lay([SETUP, TEST], *broken)
    assert result.notes[0].endswith("the original was used.") and len(result.notes) == 2
    assert result.run[1:] == [("setup", "import math"), ("cell 2", "\nmath = 5")]
    assert lay([SETUP], cell("math = 5\nimport math", "setup")).run[1:] == [
        ("setup", "import math")
    ], "a locked name is not taken away"
    spaced = cell("\nimport math  \n\n", "setup"), TEST
    assert lay([SETUP, TEST], *spaced).notes == []


def test_a_lost_answer_is_told_once_and_only_where_nothing_stands_in_for_it(lay):
    template = [solution("f", STUB), QUIZ]
    lost = "The cell `f` was missing, and no other cell defines `f`."
    assert lay(template, QUIZ).notes == [lost] and lay(template, QUIZ).untouched >= {"f"}
    result = lay(template, QUIZ, cell(A))
    assert result.notes == [] and "f" not in result.untouched and ("f", A) in result.run
    assert result.missing == set(), "the cell is known by what it defines"
    # What stands in a cell that counts, or in no code cell, is not the student's own.
    assert lay(template, cell(A, "quiz_q01")).notes == [lost]
    assert lay(template, QUIZ, cell(A, kind="raw")).notes == [lost]
    quiz = "The cell `quiz_q01` was missing, so there is no answer to grade."
    assert lay(template, solution("f", A)).notes == [quiz]


def test_an_answer_of_ones_own_is_not_hidden_by_the_stub(lay):
    template = [solution("f", STUB)]
    result = lay(template, cell(A), solution("f", STUB))
    assert [name for name, _ in result.run] == ["preamble", "cell 1"] and not result.untouched
    result = lay(template, cell(A), solution("f", B))
    assert [name for name, _ in result.run] == ["preamble", "cell 1", "f"]
    result = lay(template, solution("f", STUB))
    assert [name for name, _ in result.run] == ["preamble", "f"] and result.untouched == {"f"}
    result = lay(template, solution("f", " \n"))
    assert [name for name, _ in result.run] == ["preamble"] and result.untouched == {"f"}
    assert result.cells[0]["source"] == " \n"


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_of_another_type_is_read_as_what_it_was(lay, kind):
    result = lay([solution("f", STUB)], cell(A, "f", kind))
    assert result.cells[0]["source"] == A and result.cells[0]["cell_type"] == "code"
    assert result.run[1:] == [("f", A)] and "had another type" in result.notes[0]


def test_quiz_and_written_answers(lay):
    template = [QUIZ, written("Write here.")]
    result = lay(template, cell("q01 = 3", "quiz_q01"), written("Because."))
    assert (result.quiz, result.written) == ({"q01": 3}, {"why": ("Because.", True)})
    assert result.untouched == set() and len(result.run) == 1
    result = lay(template, QUIZ, written("Write here. "))
    assert (result.quiz, result.written) == ({}, {"why": ("Write here. ", False)})
    assert result.untouched == {"quiz_q01", "why"}
    result = lay(template, cell("", "quiz_q01"))
    assert (result.quiz, result.written) == ({}, {"why": ("Write here.", False)})


def test_lines_for_jupyter_are_run_as_ipython_reads_them_and_shown_as_they_are(lay):
    result = lay(
        [solution("f", STUB)], solution("f", f"%time\n!ls\n{A}"), cell("%pylab"), cell(" ")
    )
    shell = "get_ipython()"
    assert result.run[1:] == [
        ("f", f"{shell}.run_line_magic('time', '')\n{shell}.system('ls')\n{A}"),
        ("cell 2", f"{shell}.run_line_magic('pylab', '')"),
    ]
    assert result.cells[0]["source"] == f"%time\n!ls\n{A}" and result.notes == []
    # Own cells are looked into for what they define after that, too.
    assert "f" not in lay([solution("f", STUB)], cell(f"%time\n{A}")).untouched


def test_what_a_cell_of_the_autograded_notebook_holds(lay):
    template = [
        solution("f", STUB, id="good-id"),
        written("", "why"),
        cell("<b onclick=x>", "note", "markdown", locked=True),
    ]
    own = (
        cell("<b onclick=x>", kind="markdown", id="../../etc"),
        cell("x = 1"),
        cell("raw", kind="raw"),
    )
    result = lay(template, *template[:1], written("<b onclick=x>", "why"), template[2], *own)
    f, why, note, text, code, raw = result.cells
    assert f == {
        "cell_type": "code",
        "id": "good-id",
        "metadata": {"nbgrader": template[0]["metadata"]["nbgrader"]},
        "source": STUB,
        "execution_count": None,
        "outputs": [],
    }
    assert (why["id"], why["source"]) == ("ag-why", "< b onclick=x>") and "outputs" not in why
    assert (note["id"], note["source"]) == ("ag-note", "<b onclick=x>")
    assert (text["id"], text["source"], text["metadata"]) == ("own-3", "< b onclick=x>", {})
    assert (code["id"], code["outputs"]) == ("own-4", [])
    assert raw == {"cell_type": "raw", "id": "own-5", "metadata": {}, "source": "raw"}
    long = lay([written("", "é" * 70)])
    assert long.cells[0]["id"] == "ag-" + "-" * 61


PIXEL = {"image/png": "aGk="}


def test_attached_pictures(lay, monkeypatch):
    def kept(attachments, limit=8):
        monkeypatch.setattr(submission, "MAX_ATTACHMENTS", limit)
        answer = written("![](a)", attachments=attachments)
        return lay([written("")], answer).cells[0].get("attachments")

    both = {"a.png": PIXEL, "b c-1.png": {"image/jpeg": "aGk=", "text/html": "x"}}
    assert kept(both) == {"a.png": PIXEL, "b c-1.png": {"image/jpeg": "aGk="}}
    assert kept(both, limit=7) == {"a.png": PIXEL}
    assert kept({"a" * 100: PIXEL}) == {"a" * 100: PIXEL}
    for nothing in ({"a" * 101: PIXEL}, {"": PIXEL}, {"a/b": PIXEL}, {"a": PIXEL["image/png"]}):
        assert kept(nothing) is None
    for data in ({"image/png": "<"}, {"image/png": 5}, {"image/svg+xml": "aGk="}):
        assert kept({"a": data}) is None
    assert kept({"a": {"image/gif": "a \n="}}) == {"a": {"image/gif": "a \n="}}
    own = lay([], cell("![](a)", kind="markdown", attachments={"a": PIXEL})).cells[0]
    assert own["attachments"] == {"a": PIXEL}


# ----------------------------------------------------------------------------------------------------------- Python


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("\n%%time\nx = 1", "\n\nx = 1"),
        ("%%capture out\nx = 1", "out = ''\nx = 1"),
        ("%%time\n!ls\nx = 1", "\nget_ipython().system('ls')\nx = 1"),
        ("if y:\n  x?\n  !ls", None),
        ("x = 1\n%%bash\ny =", None),
        (">>> x = 1\n... y = 2", "x = 1\ny = 2"),
        ("In [5]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
        ("    x = 1\n    y = 2", "x = 1\ny = 2"),
        ("a = (7\n% 2)", "a = (7\n% 2)"),
        ("x = 'what??'\n!ls\n", "x = 'what??'\nget_ipython().system('ls')\n"),
        ("x = '''\n!ls\n'''\n!ls", "x = '''\n!ls\n'''\nget_ipython().system('ls')"),
        ("!a \\\n  b\nx = 1", None),
        ("for in range:", "for in range:"),
    ],
)
def test_a_cell_is_read_as_ipython_reads_it_line_by_line(source, python):
    found = Reader().python(source)
    if python is not None:
        assert found == python
    assert found.count("\n") == source.count("\n"), "an error's line is the student's own"
    if python is None and "y =" not in source:
        assert syntax.tree_of(found) is not None and "get_ipython()" in found


def test_a_cell_of_another_language_is_a_call(lay):
    assert Reader().python("%%bash\nls").startswith("get_ipython().run_cell_magic('bash', ''")


def test_a_quiz_answer_may_be_as_long_as_the_limit(monkeypatch):
    monkeypatch.setattr(typed, "MAX_LITERAL", 9)
    assert literal("q01 = 123", "q01") == 123
    assert "too long" in literal("q01 = 1234", "q01").reason


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("q01 = q02 = 5", 5),
        ("q01: int = 5\nq02: int = 6", 5),
        ("q02 = 6\nq01 = 5\nq02 = 7\nx.q01 = 8", 5),
        ("q01: int = 5\nx.q01: int = 6", 5),
        ("(q01, q02) = 1, 2\nq01 = 5", 5),
        ("q01 = -(2 + 3)", None),
        ("q01 = 2 + x", None),
        ("q01 = x", None),
        ("q01: int", None),
        ("q01 += 1", None),
    ],
)
def test_what_a_quiz_cell_sets(source, expected):
    value = literal(source, "q01")
    if expected is None:
        assert isinstance(value, Unreadable)
    else:
        assert value == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("q01 =", "not valid Python"),
        ("q02 = 1", "does not set `q01`"),
        ("q01 = f()", "must be a plain value"),
        ("q01 = {[]: 1}", "must be a plain value"),
    ],
)
def test_why_an_answer_cannot_be_read(source, words):
    assert words in literal(source, "q01").reason


def test_blank_lines_and_line_ends_are_no_answer(lay):
    template = [written("One.\n\nTwo.")]
    for same in ("One.  \nTwo.", "\nOne.\n \n\nTwo.\n"):
        assert lay(template, written(same)).written["why"][1] is False
    for other in (" One.\nTwo.", "One. Two.", "One."):
        assert lay(template, written(other)).written["why"][1] is True
