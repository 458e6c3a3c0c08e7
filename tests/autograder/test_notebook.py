"""The notebook reader: honest notebooks in every shape, and hostile ones."""

from __future__ import annotations

import json
import os
import time

import pytest
import toycourse
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.read import ipython, notebook
from autograder.read.notebook import BadNotebook
from autograder.read.submission import arrange as lay_out
from autograder.read.template import read_template
from autograder.read.typed import Unreadable, literal
from autograder.text import harmless_markdown, storable


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    root = toycourse.build(tmp_path_factory.mktemp("course"))
    path = toycourse.release(root)
    return json.loads(path.read_text()), read_template(path)


def arrange(book, template):
    return lay_out(notebook.parse(json.dumps(book).encode(), "a.ipynb"), template)


def sources(submission):
    return dict(submission.run)


def test_template_roles_and_points(released):
    _, template = released
    roles = {cell.grade_id: cell.role for cell in template.cells if cell.grade_id}
    assert roles == {
        "setup": "run",
        "tools": "locked",
        "double": "solution",
        "test_double": "test",
        "mean_of_rows": "solution",
        "test_mean_of_rows": "test",
        "quiz_q01": "quiz",
        "quiz_q02": "quiz",
        "test_quiz": "quiz_test",
        "written_why": "written",
    }
    assert {c.grade_id: c.points for c in template.cells if c.points} == {
        "test_double": 6,
        "test_mean_of_rows": 4,
        "test_quiz": 5,
        "written_why": 5,
    }


def test_an_honest_submission(released):
    book, template = released
    submission = arrange(toycourse.filled(book, toycourse.RIGHT), template)
    assert [name for name, _ in submission.run] == ["preamble", "setup", "double", "mean_of_rows"]
    assert submission.quiz == {"q01": 3, "q02": "b"}
    assert submission.written == {"written_why": ("Because rows come first.", True)}
    assert not submission.notes and not submission.missing and not submission.untouched


def test_the_untouched_release(released):
    book, template = released
    submission = arrange(book, template)
    assert submission.untouched == {"double", "mean_of_rows", "quiz_q01", "quiz_q02", "written_why"}
    assert submission.quiz == {} and not submission.written["written_why"][1]


def cell_of(book, name):
    return next(
        c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def test_metadata_of_the_submission_is_not_believed(released):
    book, template = released
    book = toycourse.filled(book, toycourse.RIGHT)
    cell_of(book, "test_double")["metadata"]["nbgrader"] |= {
        "points": 1000,
        "grade": False,
        "solution": True,
        "locked": False,
        "checksum": "forged",
    }
    cell_of(book, "setup")["source"] = "import os; os.environ"
    submission = arrange(book, template)
    meta = cell_of({"cells": submission.cells}, "test_double")["metadata"]["nbgrader"]
    assert meta["points"] == 6 and meta["grade"] and meta["locked"] and not meta["solution"]
    assert sources(submission)["setup"] == "import numpy as np"
    assert any("`setup`" in note and "locked" in note for note in submission.notes)


def test_a_deleted_test_cell_comes_back(released):
    book, template = released
    book = toycourse.filled(book, toycourse.RIGHT)
    book["cells"].remove(cell_of(book, "test_double"))
    submission = arrange(book, template)
    names = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in submission.cells]
    assert names.index("test_double") == names.index("double") + 1
    assert any("`test_double` was missing" in note for note in submission.notes)


def test_a_deleted_solution_cell(released):
    book, template = released
    book = toycourse.filled(book, toycourse.RIGHT)
    book["cells"].remove(cell_of(book, "double"))
    submission = arrange(book, template)
    assert "double" not in sources(submission)  # the stub is shown, not run
    assert "double" in submission.missing and "double" in submission.untouched
    assert any("no other cell defines `double`" in note for note in submission.notes)


def test_an_answer_in_a_cell_of_the_students_own_counts(released):
    book, template = released
    answer = {"cell_type": "code", "metadata": {}, "source": toycourse.RIGHT["double"]}
    book = toycourse.filled(book, {"mean_of_rows": toycourse.RIGHT["mean_of_rows"]})
    book["cells"].insert(0, answer)
    submission = arrange(book, template)  # above its own stub, which must not hide it
    run = [source for name, source in submission.run if "def double" in source]
    assert run == [toycourse.RIGHT["double"]]
    assert "double" not in submission.untouched
    assert [name for name, _ in submission.run][:3] == ["preamble", "cell 1", "setup"]


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        ("stub", "right", "right"),
        ("right", "stub", "right"),
        ("wrong", "right", "right"),
        ("right", "broken", "right"),
        ("right", "empty", "right"),
    ],
)
def test_duplicated_cells(released, first, second, wins):
    book, template = released
    texts = {
        "right": toycourse.RIGHT["double"],
        "wrong": toycourse.WRONG["double"],
        "broken": "def double(:",
        "empty": "",
        "stub": cell_of(book, "double")["source"],
    }
    book = toycourse.filled(book, toycourse.RIGHT | {"double": texts[first]})
    place = book["cells"].index(cell_of(book, "double"))
    copy = json.loads(json.dumps(book["cells"][place]))
    copy["source"] = texts[second]
    book["cells"].insert(place + 1, copy)
    submission = arrange(book, template)
    assert [s for n, s in submission.run if n == "double"] == [texts[wins]]
    assert any("2 cells `double`" in note for note in submission.notes)
    ids = [
        c["metadata"]["nbgrader"]["grade_id"]
        for c in submission.cells
        if "nbgrader" in c["metadata"]
    ]
    assert len(ids) == len(set(ids))


def test_a_duplicate_below_the_test_does_not_count_against_one_above(released):
    book, template = released
    book = toycourse.filled(book, toycourse.RIGHT)
    copy = json.loads(json.dumps(cell_of(book, "double")))
    copy["source"] = toycourse.WRONG["double"]
    book["cells"].append(copy)
    assert sources(arrange(book, template))["double"] == toycourse.RIGHT["double"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("q01 = 3", 3),
        ("q01 = -2.5", -2.5),
        ('q01 = "a"  # @param ["a", "b"]', "a"),
        ("q01 = ['a', 'c']", ["a", "c"]),
        ("q01: int = 4", 4),
        ("q01 = 1\nq01 = 2", 2),
        ("q01 = (None, 10, 32)", (None, 10, 32)),
        ("q01 = 4*32*(32+10+1)", "4 * 32 * (32 + 10 + 1)"),
        ("other = 5\nq01 = 6\n", 6),
    ],
)
def test_quiz_literals(source, expected):
    assert literal(ipython.Reader().python(source), "q01") == expected


@pytest.mark.parametrize(
    "source",
    [
        "q01 = __import__('os').system('touch /tmp/never')",
        "q01 = open('/etc/passwd').read()",
        "q01 = [x for x in 'ab']",
        "q01 = ",
        "",
        "q02 = 3",
        "q01 = " + "(" * 500,
        "q01 = " + "-" * 1500 + "1",
        "q01 = 1" + "+1" * 5000,
        "q01 = {[]: 1}",
        "q01 = {{}}",
        "q01 = '\x00'" + "\ud800",
    ],
)
def test_quiz_answers_that_are_no_values_are_never_run(source):
    result = literal(storable(source), "q01")
    assert isinstance(result, (Unreadable, str))
    if isinstance(result, Unreadable):
        assert "q01" in result.reason


def test_magics_become_calls_and_line_numbers_stay():
    source = "%matplotlib inline\nimport os\n!pip install \\\n x\nfiles = !ls\nos.getcwd?\nx = 1"
    lines = ipython.Reader().python(source).split("\n")
    assert lines[1] == "import os" and lines[6] == "x = 1"
    assert all("get_ipython()" in lines[i] for i in (0, 2, 4, 5))
    compile("\n".join(lines), "cell", "exec")


@pytest.mark.parametrize("source", ["x = (7\n% 4)", "text = '''\n%time\n!ls\n'''", "y = 3 %\\\n2"])
def test_python_that_only_looks_like_magic_is_left_alone(source):
    assert ipython.Reader().python(source) == source
    assert source in ipython.Reader().python(source + "\n%time")


def test_a_syntax_error_stays_the_students_own():
    assert "\ndef f(:\n    pass" in ipython.Reader().python("%time\ndef f(:\n    pass")


@pytest.mark.parametrize(
    "magic", ["%%time", "%%timeit -n 1", "%%prun", "%%capture out", "\n  %%time"]
)
def test_the_body_of_a_python_magic_runs_at_its_lines(magic):
    text = ipython.Reader().python(f"{magic}\nx = 1\n!ls")
    at = 1 + magic.count("\n")
    assert text.split("\n")[at] == "x = 1" and "system" in text.split("\n")[at + 1]


def test_cells_in_other_languages_are_text():
    assert ipython.Reader().python("%%bash\nrm -rf /").startswith("get_ipython().run_cell_magic(")


@pytest.mark.parametrize(
    "source",
    [
        "!" + "a" * 150_000 + "?",
        "%x\n" * 50_000,
        "a" * 9_000 + "?\n",
        ("(" * 90 + "\n") * 500 + "%x",
    ]
    + ["!x\\\n" * 20_000 + "?", "x?\n" * 20_000],
)
def test_hostile_text_is_given_up_in_time(source):
    reader = ipython.Reader(left=1.0)
    begun = time.process_time()
    reader.python(source)
    reader.python(source + " ")
    assert time.process_time() - begun < 20, (
        "a few steps of the transformer, not the square of the text"
    )


# ------------------------------------------------------------------------------------------------------------ hostile


def minimal(**changes):
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []} | changes
    ).encode()


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (b"", "as .ipynb"),
        (b"not json", "as .ipynb"),
        (b"[]", "as .ipynb"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"null", "as .ipynb"),
        (b'{"cells": ' + b"[" * 100_000, "nested"),
        (b"[" * 500_000, "nested"),
        (minimal(cells={}), "list of cells"),
        (minimal(nbformat=3), "format 4"),
        (b'{"worksheets": []}', "format 4"),
        (minimal(nbformat="4"), "format 4"),
        (minimal(cells=[{}] * 3000), "cells"),
        (b'{"nbformat": ' + b"9" * 10_000 + b"}", ""),
        (minimal(cells=[{"cell_type": "code", "source": "x" * 300_000}]), "Shorten"),
    ],
)
def test_bad_files_name_the_file_and_the_remedy(data, remedy):
    with pytest.raises(BadNotebook) as caught:
        notebook.parse(data, "folder/a.ipynb")
    assert "folder/a.ipynb" in str(caught.value) and remedy in str(caught.value)


def test_nan_in_an_output_does_not_cost_anything(released):
    book, template = released
    book = toycourse.filled(book, toycourse.RIGHT)
    cell_of(book, "double")["outputs"] = [
        {"output_type": "display_data", "data": {"x": float("nan")}, "metadata": {}}
    ]
    assert arrange(book, template).quiz == {"q01": 3, "q02": "b"}


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        3,
        "text",
        [],
        {"cell_type": "code"},
        {"cell_type": "martian", "source": "x"},
        {"cell_type": "code", "source": None, "metadata": None},
        {"cell_type": "code", "source": [1, "x = 1", None]},
        {"cell_type": "code", "source": {}, "metadata": {"nbgrader": "yes"}},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": {}}}},
        {
            "cell_type": "markdown",
            "source": "x",
            "metadata": {"nbgrader": {"grade_id": "double"}},
            "attachments": 5,
        },
        {
            "cell_type": "code",
            "source": "x",
            "metadata": {"nbgrader": {"grade_id": ["double"]}},
            "id": 7,
        },
    ],
)
def test_cells_of_wrong_types_do_no_harm(released, wrong):
    book, template = released
    book = toycourse.filled(book, toycourse.RIGHT)
    book["cells"].append(wrong)
    submission = arrange(book, template)
    assert submission.quiz == {"q01": 3, "q02": "b"}
    assert sources(submission)["double"] == toycourse.RIGHT["double"]


def test_surrogates_and_control_characters_can_be_written(released):
    book, template = released
    submission = arrange(toycourse.filled(book, {"written_why": "a\ud800b\x00c\x1b[31m"}), template)
    submission.written["written_why"][0].encode("utf-8")
    assert (
        "\x00" not in submission.written["written_why"][0]
        and "\x1b" not in submission.written["written_why"][0]
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda p: p.symlink_to("/etc/hostname"),
        lambda p: os.mkfifo(p),
        lambda p: p.mkdir(),
    ],
)
def test_only_regular_files_are_read(tmp_path, make):
    path = tmp_path / "a.ipynb"
    make(path)
    with pytest.raises(BadNotebook, match="a.ipynb"):
        notebook.read_bytes(path)


def test_a_file_beyond_the_cap_is_refused(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b" " * 1001)
    with pytest.raises(BadNotebook, match="Clear all outputs"):
        notebook.read_bytes(path, limit=1000)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("<SVG/onload=x>", "<SVG"),
        ("<b onclick=x>", "<b onclick"),
        ("[x](javascript:alert(1))", "javascript:"),
        ("<!-- x -->", "<!--"),
        ("[x](java&#58;x) [y](javascript&#58;x)", "javascript&"),
        ("<sub\nonclick=x>", "<sub\n"),
    ],
)
def test_markdown_of_students_is_made_harmless(text, gone):
    assert gone not in harmless_markdown(text)


@pytest.mark.parametrize(
    "text", ["h<sub>t</sub>", "if a < b", "$x<1$", "**bold** and `code`", "2 <b>x</b><br/>"]
)
def test_honest_markdown_stays(text):
    assert harmless_markdown(text) == text


def test_only_bitmaps_stay_attached(released):
    book, template = released
    cell_of(book, "written_why")["attachments"] = {
        "a.png": {"image/png": "aGk="},
        "b.svg": {"image/svg+xml": "<svg onload=x>"},
        "c": {"text/html": "<b>"},
        "d.png": {"image/png": '"><script>'},
        "e.png": 5,
    }
    kept = cell_of({"cells": arrange(book, template).cells}, "written_why")["attachments"]
    assert kept == {"a.png": {"image/png": "aGk="}}


def test_two_template_cells_with_one_id_are_refused(tmp_path):
    book = toycourse.source_notebook()
    book["cells"].append(book["cells"][3])
    path = tmp_path / "toy.ipynb"
    path.write_text(json.dumps(book))
    with pytest.raises(BadNotebook, match="double"):
        read_template(path)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "code",
            "markdown",
            "double",
            "test_double",
            "quiz_q01",
            "written_why",
            "def double(x): pass",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "cells",
                    "cell_type",
                    "source",
                    "metadata",
                    "nbgrader",
                    "grade_id",
                    "attachments",
                    "id",
                    "image/png",
                    "nbformat",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(JSON, max_size=5), metadata=JSON)
def test_any_json_is_read_or_refused_in_words(released, cells, metadata):
    _, template = released
    data = json.dumps({"nbformat": 4, "metadata": metadata, "cells": cells}).encode()
    try:
        submission = lay_out(notebook.parse(data, "a.ipynb"), template)
    except BadNotebook as error:
        assert "a.ipynb" in str(error)
    else:
        ids = [
            c["metadata"]["nbgrader"]["grade_id"]
            for c in submission.cells
            if "nbgrader" in c["metadata"]
        ]
        assert sorted(ids) == sorted(cell.grade_id for cell in template.cells if cell.grade_id)
        json.dumps(submission.cells, allow_nan=False).encode()


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data):
    try:
        notebook.parse(data, "a.ipynb")
    except BadNotebook as error:
        assert "a.ipynb" in str(error)
