"""Answers that stand elsewhere than in their cell: a person sees them, whatever a front end or a hand has done."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import pytest

from autograder.read.notebook import parse
from autograder.read.submission import arrange
from autograder.read.template import read_template
from autograder.read.typed import Unreadable

UNIT = "03_backpropagation_through_time"
RELEASE = Path(__file__).parents[2] / "exercises/release" / UNIT / f"{UNIT}.ipynb"
VANISH = "Each step multiplies by a factor below one, so the product vanishes."
CUT = "I take chunks of 48 hours, because the day before has to be in reach."


@pytest.fixture(scope="module")
def template():
    return read_template(RELEASE)


@pytest.fixture
def book():
    return parse(RELEASE.read_bytes(), "release")


def find(book, name):
    return next(
        i
        for i, c in enumerate(book["cells"])
        if (c["metadata"].get("nbgrader") or {}).get("grade_id") == name
    )


def at(book, name):
    return book["cells"][find(book, name)]


def text(source):
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def code(source):
    return {"cell_type": "code", "source": source, "metadata": {}}


def put(book, name, cell, below=True):
    book["cells"].insert(find(book, name) + below, cell)


def lose_ids(book, *names):
    for cell in [at(book, name) for name in names] or book["cells"]:
        cell["metadata"] = {}


def shown(submission, name):
    """What the marker sees in the cell of the autograded notebook."""
    return next(
        c["source"]
        for c in submission.cells
        if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


# --------------------------------------------------------------------------------------- written answers


def below_the_stub(book):
    put(book, "written_vanish", text(VANISH))


def above_the_stub(book):
    put(book, "written_vanish", text(VANISH), below=False)


def as_raw_below(book):
    put(book, "written_vanish", text(VANISH) | {"cell_type": "raw"})


def as_code_below(book):
    put(book, "written_vanish", code(VANISH))


def as_comment_below(book):
    put(book, "written_vanish", code(f"# {VANISH}"))


def as_a_string_below(book):
    put(book, "written_vanish", code(f'"""{VANISH}"""'))


def as_printed_text(book):
    put(book, "written_vanish", code(f'print("{VANISH}")'))


def without_id(book):
    at(book, "written_vanish")["source"] = VANISH
    lose_ids(book, "written_vanish", "written_truncate")


def without_any_id(book):
    at(book, "written_vanish")["source"] = VANISH
    lose_ids(book)


def the_cell_replaced(book):
    book["cells"][find(book, "written_vanish")] = text(VANISH)


def became_code(book):
    at(book, "written_vanish").update(source=VANISH, cell_type="code")


def became_raw(book):
    at(book, "written_vanish").update(source=VANISH, cell_type="raw")


def became_code_and_lost_its_id(book):
    became_code(book)
    lose_ids(book, "written_vanish")


def in_the_question(book):
    at(book, "written_vanish_question")["source"] += f"\n\n{VANISH}"


def on_the_last_line_of_the_question(book):
    at(book, "written_vanish_question")["source"] += f" {VANISH}"


def in_the_heading_of_the_section(book):
    cell = next(c for c in book["cells"] if c["source"].startswith("## 7."))
    cell["source"] += f"\n\n{VANISH}"


def at_the_very_end(book):
    book["cells"].append(text(VANISH))


def in_a_copy(book):
    """Two cells of one id, in both of which something stands."""
    at(book, "written_vanish")["source"] = "First thought."
    twin = copy.deepcopy(at(book, "written_vanish"))
    put(book, "written_vanish", twin | {"source": VANISH})


WRITTEN = [
    below_the_stub,
    above_the_stub,
    as_raw_below,
    as_code_below,
    as_comment_below,
    as_a_string_below,
    as_printed_text,
    without_id,
    without_any_id,
    the_cell_replaced,
    became_code,
    became_raw,
    became_code_and_lost_its_id,
    in_the_question,
    on_the_last_line_of_the_question,
    in_the_heading_of_the_section,
    at_the_very_end,
    in_a_copy,
]


@pytest.mark.parametrize("change", WRITTEN, ids=lambda f: f.__name__)
def test_a_written_answer_reaches_the_marker(book, template, change):
    change(book)
    submission = arrange(book, template)
    read, touched = submission.written["written_vanish"]
    assert touched and VANISH in read and VANISH in shown(submission, "written_vanish")
    # The marker reads it once, below the question that it answers.
    sources = [c["source"] for c in submission.cells if c["cell_type"] == "markdown"]
    # Whose answer it is at the end only a person can say: both questions show it.
    assert sum(VANISH in source for source in sources) == 1 + (change is at_the_very_end)
    places = {
        c["metadata"]["nbgrader"]["grade_id"]: i
        for i, c in enumerate(submission.cells)
        if c["metadata"].get("nbgrader")
    }
    order = "written_vanish_question written_vanish written_truncate_question written_truncate"
    assert sorted(order.split(), key=places.get) == order.split()


@pytest.mark.parametrize("change", WRITTEN, ids=lambda f: f.__name__)
def test_the_other_question_is_not_answered_by_it(book, template, change):
    change(book)
    if change is at_the_very_end:  # whose it is only a person can say
        assert arrange(book, template).written["written_truncate"][1]
    else:
        assert not arrange(book, template).written["written_truncate"][1]


def test_two_answers_without_ids_stay_with_their_questions(book, template):
    at(book, "written_vanish")["source"], at(book, "written_truncate")["source"] = VANISH, CUT
    lose_ids(book)
    submission = arrange(book, template)
    assert submission.written == {
        "written_vanish": (VANISH, True),
        "written_truncate": (CUT, True),
    }


def test_an_answer_without_an_id_is_not_taken_for_the_untouched_one_behind_it(book, template):
    at(book, "written_vanish")["source"] = VANISH
    lose_ids(book, "written_vanish", "written_truncate")
    submission = arrange(book, template)
    assert submission.written["written_vanish"] == (VANISH, True)
    assert not submission.written["written_truncate"][1]


def test_an_untouched_release_has_no_answers(book, template):
    for changed in (book, None):
        if changed is None:
            lose_ids(book)
        submission = arrange(book, template)
        assert submission.quiz == {} and not any(t for _, t in submission.written.values())


def test_notes_at_an_exercise_are_no_answers(book, template):
    put(book, "rnn_backward", text("My notes on the exercise, three lines of them."))
    put(book, "setup", code("helper = 3"))
    submission = arrange(book, template)
    assert submission.quiz == {} and not any(t for _, t in submission.written.values())


def test_a_release_with_other_words_holds_no_answers(book, template):
    """The instructor mends the text of the release after some have begun: theirs has the old words."""
    for cell in book["cells"]:
        if cell["cell_type"] == "markdown" and "Write your answer here" not in cell["source"]:
            lines = cell["source"].split("\n")
            cell["source"] = "\n".join(
                line.replace(" the ", " this ", 1) if len(line.split()) > 7 else line
                for line in lines
            )
    submission = arrange(book, template)
    assert submission.quiz == {} and not any(t for _, t in submission.written.values())


def test_pictures_beside_the_question_are_kept(book, template):
    image = {"cell_type": "markdown", "source": "![photo](attachment:a.png)", "metadata": {}}
    put(book, "written_vanish", image | {"attachments": {"a.png": {"image/png": "aGk="}}})
    submission = arrange(book, template)
    assert submission.written["written_vanish"][1]
    assert any(c.get("attachments") == {"a.png": {"image/png": "aGk="}} for c in submission.cells)


def test_text_of_a_student_is_as_harmless_beside_as_in_its_cell(book, template):
    put(book, "written_vanish", text("<script>x</script> [a](javascript:x) ```"))
    put(book, "written_vanish", code("``` <img src=x>"))
    found = shown(arrange(book, template), "written_vanish")
    assert "<script" not in found and "javascript:" not in found and "<img" not in found


# ------------------------------------------------------------------------------------------ quiz answers


def own_cell(book):
    put(book, "quiz_q01", code("q01 = 'C'"))


def quiz_without_id(book):
    at(book, "quiz_q01")["source"] = "q01 = 'C'"
    lose_ids(book, "quiz_q01")


def quiz_without_any_id(book):
    at(book, "quiz_q01")["source"] = "q01 = 'C'"
    lose_ids(book)


def indented(book):
    at(book, "quiz_q01")["source"] = "    q01 = 'C'"


def became_markdown(book):
    at(book, "quiz_q01").update(source="q01 = 'C'", cell_type="markdown")


def below_the_check(book):
    put(book, "test_quiz", code("q01 = 'C'"))


def in_one_cell_for_all(book):
    put(book, "quiz_student", code("q02 = '1'\nq01 = 'C'"))


def in_the_cell_that_shows_the_numbers(book):
    at(book, "show_q02")["source"] += "\nq01 = 'C'"


def timed(book):
    at(book, "quiz_q01")["source"] = "%%time\nq01 = 'C'"


def behind_an_untouched_copy(book):
    twin = copy.deepcopy(at(book, "quiz_q01"))
    at(book, "quiz_q01")["source"] = "q01 = 'C'"
    put(book, "quiz_q01", twin)


@pytest.mark.parametrize(
    "change",
    [
        own_cell,
        quiz_without_id,
        quiz_without_any_id,
        indented,
        became_markdown,
        below_the_check,
        in_one_cell_for_all,
        in_the_cell_that_shows_the_numbers,
        timed,
        behind_an_untouched_copy,
    ],
    ids=lambda f: f.__name__,
)
def test_a_quiz_answer_is_read_wherever_a_cell_sets_it(book, template, change):
    change(book)
    submission = arrange(book, template)
    assert submission.quiz["q01"] == "C"
    assert not any("missing" in note for note in submission.notes)


def prose_below(book):
    put(book, "quiz_q01", text("C"))


def letter_alone(book):
    at(book, "quiz_q01")["source"] = "C"


def string_alone(book):
    put(book, "quiz_q01", code('"C"'))


def another_name(book):
    at(book, "quiz_q01")["source"] = 'answer = "C"'


def in_the_text_of_the_question(book):
    cell = book["cells"][find(book, "quiz_q01") - 1]
    cell["source"] += "\n\nC"


def computed(book):
    at(book, "quiz_q01")["source"] = "r = 2.97\nq01 = r * 3"


def prose_in_its_cell(book):
    at(book, "quiz_q01").update(source="I think it is C.", cell_type="markdown")


def in_a_comment(book):
    at(book, "quiz_q01")["source"] = 'q01 = ""  # C, because both add up'


@pytest.mark.parametrize(
    "change",
    [
        prose_below,
        letter_alone,
        string_alone,
        another_name,
        in_the_text_of_the_question,
        computed,
        prose_in_its_cell,
        in_a_comment,
    ],
    ids=lambda f: f.__name__,
)
def test_a_quiz_answer_that_no_rule_can_read_goes_to_a_person(book, template, change):
    from autograder.quiz import load_bank

    change(book)
    submission = arrange(book, template)
    assert isinstance(submission.quiz.get("q01"), Unreadable)
    assert set(submission.quiz) == {"q01"}
    bank = load_bank(RELEASE.parents[2] / "quizzes" / f"{UNIT}.yml")
    one = next(r for r in bank.grade(submission.quiz, "ada") if r.id == "q01")
    assert one.points == 0 and one.needs_manual and one.status == "ill-formed"


def test_what_a_front_end_writes_into_an_empty_form_is_no_answer(book, template):
    for source in ('q01 = "" # @param ["", "A"] {"type":"string"}', "q01 = None", "q01 = ''", ""):
        at(book, "quiz_q01")["source"] = source
        assert "q01" not in arrange(book, template).quiz


def test_no_mess_of_cells_breaks_the_reading_or_loses_a_text(book, template):
    """Cells dropped, moved, doubled, retyped and without ids, at random: every answer of three words or more that
    stood in the written part is in what the marker sees."""
    rng = random.Random(12)
    for _ in range(150):
        mess = copy.deepcopy(book)
        at(mess, "written_vanish")["source"] = VANISH
        for _ in range(rng.randrange(6)):
            cells = mess["cells"]
            index = rng.randrange(len(cells))
            kind = rng.choice(("drop", "move", "double", "type", "id", "note"))
            if VANISH in cells[index]["source"] and kind == "drop":
                continue
            if kind == "drop":
                del cells[index]
            elif kind == "move":
                cells.insert(rng.randrange(len(cells)), cells.pop(index))
            elif kind == "double":
                cells.insert(index, copy.deepcopy(cells[index]))
            elif kind == "type":
                cells[index]["cell_type"] = rng.choice(("code", "markdown", "raw"))
            elif kind == "id":
                cells[index]["metadata"] = {}
            else:
                cells.insert(index, text("A note of mine."))
        submission = arrange(mess, template)
        everything = json.dumps(submission.cells)
        assert VANISH in everything
        assert submission.written["written_vanish"][1], [c["source"][:20] for c in mess["cells"]]
