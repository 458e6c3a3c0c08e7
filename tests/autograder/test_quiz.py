"""The quiz: banks are read strictly, typed answers generously, and no key leaves the instructor's machine."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.quiz import BankError, QuizForm, Unreadable, load_bank, read_bank, right_answers
from autograder.quiz.answers import (
    IllFormed,
    arithmetic,
    read_letters,
    read_line,
    read_number,
    read_shape,
)
from autograder.quiz.model import numbers_of, shown_steps
from autograder.quiz.show import form_message

BANK = {
    "unit": "99_toy",
    "title": "Toy",
    "questions": [
        {
            "id": "q01",
            "kind": "one",
            "points": 1,
            "prompt": "Which <i>x<sub>t</sub></i>?",
            "options": [
                {"text": "this", "correct": True, "explain": "Yes, this."},
                {"text": "that <code>a*b</code>", "explain": "No, not that."},
                {"text": "the other", "explain": "No, not the other."},
            ],
        },
        {
            "id": "q02",
            "kind": "several",
            "points": 4,
            "prompt": "Which?",
            "explain": "Both.",
            "options": [
                {"text": "w", "correct": True, "explain": "W belongs."},
                {"text": "x", "correct": True, "explain": "X belongs."},
                {"text": "y", "explain": "Y does not."},
                {"text": "z", "explain": "Z does not."},
            ],
        },
        {
            "id": "q03",
            "kind": "number",
            "points": 2,
            "prompt": "How many for {u} and {d}?",
            "explain": "Four blocks.",
            "parameters": {"u": {"choices": [16, 32, 64]}, "d": {"choices": [8, 10, 12]}},
            "answer": "4*u*(u+d+1)",
            "common": [{"value": "u*(u+d+1)", "explain": "One gate only."}],
        },
        {
            "id": "q04",
            "kind": "number",
            "points": 1,
            "prompt": "The baseline?",
            "explain": "Twice 1/12.",
            "answer": "1/6",
            "tolerance": 0.01,
            "common": [{"value": 0.1767, "explain": "Often copied, and wrong."}],
        },
        {
            "id": "q05",
            "kind": "shape",
            "points": 1,
            "prompt": "The shape?",
            "explain": "Batch, time, units.",
            "answer": [None, 10, 32],
            "common": [{"value": [None, 32], "explain": "Time is missing."}],
        },
        {
            "id": "q06",
            "kind": "order",
            "points": 2,
            "prompt": "Order?",
            "explain": "So it goes.",
            "steps": ["first", "second", "third", "fourth"],
        },
        {
            "id": "q07",
            "kind": "output",
            "points": 1,
            "prompt": "What is printed?",
            "code": "print([1, 2], 'a')",
            "answer": "[1, 2] a",
            "explain": "No quotes.",
            "common": [{"value": "[1, 2] 'a'", "explain": "print shows no quotes."}],
        },
        {
            "id": "q08",
            "kind": "text",
            "points": 1,
            "prompt": "Which gate?",
            "accept": ["forget gate", "forget"],
            "explain": "It keeps.",
            "common": [{"value": "input gate", "explain": "That one writes."}],
        },
        {
            "id": "q09",
            "kind": "bug",
            "points": 1,
            "prompt": "Which line?",
            "code": "a = 1\nb = 2\nc = a < b\n",
            "options": [
                {"line": 1, "explain": "Fine."},
                {"line": 2, "correct": True, "explain": "Here."},
                {"line": 3, "explain": "Fine."},
            ],
        },
    ],
}


@pytest.fixture
def bank():
    return read_bank(copy.deepcopy(BANK), "toy.yml")


def graded(bank, question, answer, student="alice"):
    results = bank.grade({question: answer}, student=student)
    return next(result for result in results if result.id == question)


# ------------------------------------------------------------------------------------------------ what students type


@pytest.mark.parametrize(
    "typed",
    [
        8448,
        8448.0,
        "8448",
        "8 448",
        "8,448",
        "8448.0",
        "8'448",
        "8_448",
        "8\u202f448",
        "4*32*(32+10+23+1)",
        "= 8448",
        "8448 parameters",
        "8.448e3",
        "≈ 8448",
        " 8448. ",
        "4 × 32 × 66",
        "4x32x66",
        "132*64",
        "2^13 + 256",
        "8,448.0",
    ],
)
def test_a_number_may_be_typed_in_many_ways(typed):
    assert 8448 in read_number(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1/6", 1 / 6),
        ("0,25", 0.25),
        ("-3", -3),
        ("−3", -3),
        ("50 %", 0.5),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("0.1667", 0.1667),
    ],
)
def test_fractions_decimal_commas_and_per_cent(typed, value):
    assert any(abs(read - value) < 1e-12 for read in read_number(typed))


@pytest.mark.parametrize(
    "typed",
    [
        True,
        None,
        [],
        {},
        "",
        "abc",
        "1,2,3",
        "nan",
        "inf",
        float("nan"),
        float("inf"),
        "9**9**9",
        "1/0",
        "10**400",
        10**400,
        "__import__('os').system('true')",
        "(lambda: 1)()",
        "x" * 10_000,
        "(" * 400 + "1" + ")" * 400,
        "'a'*9",
        "1 if 1 else 2",
        "3j",
    ],
)
def test_what_is_no_number_is_ill_formed_and_never_executed(typed):
    with pytest.raises(IllFormed):
        read_number(typed)


def test_arithmetic_knows_its_names_and_nothing_else():
    assert arithmetic("4*u*(u+d+1)", {"u": 32, "d": 10}) == 4 * 32 * 43
    with pytest.raises(IllFormed):
        arithmetic("4*u", {})
    with pytest.raises(IllFormed):
        arithmetic("u.real", {"u": 32})


@pytest.mark.parametrize(
    "typed",
    [
        "(None, 10, 32)",
        "[None,10,32]",
        "None, 10, 32",
        "(none,10,32,)",
        "batch, 10, 32",
        "(?, 10, 32)",
        "None x 10 x 32",
        "None×10×32",
        (None, 10, 32),
        [None, 10, 32],
        ("None", 10, 32.0),
        "TensorShape([None, 10, 32])",
        "None 10 32",
        "(batch, 2*5, 32)",
    ],
)
def test_a_shape_may_be_typed_in_many_ways(typed):
    assert read_shape(typed) == (None, 10, 32)


@pytest.mark.parametrize(
    "typed", ["(10, ten)", "(1.5, 2)", "(-1, 2)", True, None, {"a": 1}, "", "(1, 2)(3)"]
)
def test_what_is_no_shape_is_ill_formed(typed):
    if typed == "":
        assert read_shape(typed) == ()
        return
    with pytest.raises(IllFormed):
        read_shape(typed)


@pytest.mark.parametrize(
    "typed", ["A, C", "a c", "AC", "A and C", ["A", "C"], {"a", "c"}, "(A), (C)", "A; C", "C,A"]
)
def test_letters_may_be_typed_in_many_ways(typed):
    assert sorted(read_letters(typed, ["p", "q", "r"], several=True)) == ["A", "C"]


@pytest.mark.parametrize("typed", ["", "D", "A, A", "perhaps A", 1, True, None, [1], "A, B"])
def test_one_letter_is_asked_for(typed):
    with pytest.raises(IllFormed):
        read_letters(typed, ["p", "q", "r"], several=False)


def test_the_text_of_an_option_is_understood(bank):
    assert graded(bank, "q01", "This.").correct
    assert graded(bank, "q01", "that a*b").message == "No, not that."


@pytest.mark.parametrize("typed", [2, "2", "line 2", "Line 2.", " l 2"])
def test_a_line_may_be_typed_in_many_ways(typed):
    assert read_line(typed, [1, 2, 3]) == 2


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=60),
        st.lists(st.text()),
        st.dictionaries(st.text(), st.integers()),
        st.tuples(st.integers(), st.none()),
    )
)
@settings(max_examples=300, deadline=None)
def test_no_answer_breaks_the_marking(answer):
    bank = read_bank(copy.deepcopy(BANK), "toy.yml")
    form, forms = QuizForm(bank.public()), bank.public()["questions"]
    for result in bank.grade({question.id: answer for question in bank.questions}, student="alice"):
        assert 0 <= result.points <= result.max_points
        assert result.status in ("right", "partly", "wrong", "ill-formed", "unanswered")
        assert result.correct == (result.points == result.max_points)
        assert len(result.given) <= 80
        json.dumps(result.to_dict())
        # What the notebook says of an answer is what is done with it.
        said = form_message(next(f for f in forms if f["id"] == result.id), answer)
        assert said.startswith("read as") == (result.status not in ("ill-formed", "unanswered"))
        assert result.needs_manual == (result.status == "ill-formed")
    assert (
        len(repr(form.check({question.id: answer for question in bank.questions})).splitlines())
        >= 9
    )


# ----------------------------------------------------------------------------------------------------------- marking


def test_right_answers_get_full_points(bank):
    for student in ("alice", "bob", "Zoë Ångström"):
        results = bank.grade(right_answers(bank, student), student=student)
        assert all(result.correct and result.status == "right" for result in results)
        assert sum(result.points for result in results) == bank.points == 14


def test_nothing_answered_is_no_points(bank):
    for answers in ({}, {"q01": "", "q02": None, "q03": "  "}):
        results = bank.grade(answers, student="alice")
        assert sum(result.points for result in results) == 0
        assert {result.status for result in results} == {"unanswered"}


@pytest.mark.parametrize(
    ("typed", "points"),
    [("A, B", 4), ("A", 2), ("A, B, C", 2), ("A, C", 0), ("C, D", 0), ("A, B, C, D", 0)],
)
def test_several_choice_gives_partial_credit_and_never_less_than_nothing(bank, typed, points):
    assert graded(bank, "q02", typed).points == points


def test_a_known_wrong_answer_is_explained_and_the_right_one_is_not_given_away(bank):
    for question, typed, said in [
        ("q01", "C", "not the other"),
        ("q02", "A, C", "Y does not"),
        ("q04", "0.1767", "Often copied"),
        ("q05", "(None, 32)", "Time is missing"),
        ("q07", "[1,2] 'a'", "no quotes"),
        ("q08", "The input gate", "writes"),
        ("q09", "3", "Fine"),
    ]:
        result = graded(bank, question, typed)
        assert not result.correct and said in result.message
        assert str(right_answers(bank)[question]) not in result.message
    assert graded(bank, "q05", "(None, 10, 32, 1)").message == "Your shape has 4 axes."


def test_order_is_all_or_nothing_and_says_how_far_it_is_right(bank):
    question = bank.questions[5]
    shown = shown_steps(question)
    assert sorted(shown) == sorted(question.steps) and tuple(shown) != question.steps
    letters = ["ABCD"[shown.index(step)] for step in question.steps]
    assert graded(bank, "q06", " > ".join(letters)).correct
    swapped = [letters[0], letters[1], letters[3], letters[2]]
    assert graded(bank, "q06", swapped).message == "The order is right up to step 2."
    assert graded(bank, "q06", letters[:3]).status == "ill-formed"


def test_typed_text_ignores_case_articles_and_punctuation(bank):
    for typed in ("Forget gate", " the FORGET-gate. ", "forget"):
        assert graded(bank, "q08", typed).correct
    assert not graded(bank, "q08", "forgetful").correct


def test_ill_formed_is_not_wrong(bank):
    result = graded(bank, "q03", "many")
    assert (result.status, result.points) == (
        "ill-formed",
        0,
    ) and "could not be read" in result.message
    result = graded(bank, "q03", Unreadable("The answer must be a plain value."))
    assert (result.status, result.message) == ("ill-formed", "The answer must be a plain value.")


# ------------------------------------------------------------------------------------------------ per-student numbers


def test_numbers_are_the_students_own_and_stay_the_same(bank):
    question = bank.questions[2]
    drawn = {
        student: numbers_of(question.parameters, question.id, student, bank.key)
        for student in (f"student{n}" for n in range(40))
    }
    assert len({tuple(numbers.values()) for numbers in drawn.values()}) > 5
    assert numbers_of(question.parameters, question.id, " STUDENT3 ", bank.key) == drawn["student3"]
    other = numbers_of(question.parameters, question.id, "student3", b"another key")
    assert any(
        numbers_of(question.parameters, question.id, s, b"another key") != drawn[s] for s in drawn
    ), other


def test_a_neighbours_number_is_wrong_and_one_for_a_mistyped_id_goes_to_the_instructor(bank):
    mine, theirs = right_answers(bank, "alice")["q03"], right_answers(bank, "bob")["q03"]
    assert mine != theirs
    assert graded(bank, "q03", mine).correct
    assert graded(bank, "q03", theirs).points == 0
    result = next(
        r for r in bank.grade({"q03": theirs, "student": "bob"}, student="alice") if r.id == "q03"
    )
    assert result.points == 0 and result.needs_manual and "'bob'" in result.message


# ---------------------------------------------------------------------------------------------------- what students see


def test_the_public_form_holds_no_key(bank):
    text = json.dumps(bank.public())
    for secret in (
        "4*u*(u+d+1)",
        "1/6",
        "forget",
        "explain",
        "correct",
        "accept",
        "common",
        "Here.",
        "No quotes",
        "[1, 2] a",
        "No, not that",
    ):
        assert secret not in text
    for question, form in zip(bank.questions, bank.public()["questions"], strict=True):
        assert set(form) <= {
            "id",
            "kind",
            "points",
            "section",
            "prompt",
            "code",
            "options",
            "lines",
            "steps",
            "parameters",
        }
        assert tuple(form.get("steps", ())) != question.steps or not question.steps


def test_the_form_says_how_an_answer_is_read_and_not_whether_it_is_right(bank):
    form = QuizForm(bank.public())
    right = repr(form.check(right_answers(bank, "alice")))
    wrong = repr(
        form.check(
            {
                "q01": "B",
                "q02": "C",
                "q03": 1,
                "q04": 1,
                "q05": "(1, 2)",
                "q06": "A,B,C,D",
                "q07": "x",
                "q08": "input gate",
                "q09": 1,
            }
        )
    )
    assert "cannot be read" not in right + wrong and "not answered" not in right + wrong
    assert "not answered yet" in repr(form.check({}))
    assert "cannot be read" in repr(form.check({"q03": "many"}))
    html = form.check({"q08": "<script>alert(1)</script>"})._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_the_form_shows_a_student_their_own_numbers(bank):
    form = QuizForm(bank.public())
    numbers = numbers_of(bank.questions[2].parameters, "q03", "alice", bank.key)
    assert f"How many for {numbers['u']} and {numbers['d']}?" in repr(form.show("q03", "alice"))
    assert "Type your student ID" in repr(form.show("q03", "  "))
    with pytest.raises(ValueError, match="q77"):
        form.show("q77", "alice")


def test_jupyterquiz_gets_its_own_kinds_with_feedback_on_every_answer(bank):
    shown = bank.to_jupyterquiz()
    kinds = [entry["type"] for entry in shown]
    assert kinds == [
        "multiple_choice",
        "many_choice",
        "numeric",
        "numeric",
        "string",
        "multiple_choice",
        "string",
        "string",
        "multiple_choice",
    ]
    assert "$" not in json.dumps(shown)
    for entry in shown:
        assert all(answer["feedback"].strip() for answer in entry["answers"])
        assert any(answer.get("correct") for answer in entry["answers"])
    assert (
        shown[8]["code"].endswith("c = a &lt; b")
        and "c = a &lt; b" in shown[8]["answers"][2]["answer"]
    )
    right = next(answer for answer in shown[3]["answers"] if answer.get("correct"))
    assert right["range"] == pytest.approx([1 / 6 - 0.01, 1 / 6 + 0.01])
    assert "{u}" not in shown[2]["question"]
    orders = [answer for answer in shown[5]["answers"] if answer["correct"]]
    letters = orders[0]["answer"].split(" → ")
    assert [shown_steps(bank.questions[5])["ABCD".index(letter)] for letter in letters] == list(
        bank.questions[5].steps
    )


def test_a_shape_with_two_known_mistakes_becomes_a_choice():
    data = copy.deepcopy(BANK)
    data["questions"][4]["common"].append({"value": [None, 10, 64], "explain": "Too wide."})
    entry = read_bank(data, "toy.yml").to_jupyterquiz()[4]
    assert entry["type"] == "multiple_choice" and len(entry["answers"]) == 3
    assert [a["answer"] for a in entry["answers"] if a["correct"]] == [
        "<code>(None, 10, 32)</code>"
    ]


# ------------------------------------------------------------------------------------------------------- strict banks


def broken(change):
    data = copy.deepcopy(BANK)
    change({question["id"]: question for question in data["questions"]}, data)
    return data


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda q, d: d.pop("title"), "keys unit, title and questions"),
        (lambda q, d: q["q01"].update(kind="guess"), "kind must be one of"),
        (lambda q, d: q["q01"].update(id="one"), "id must be q01"),
        (lambda q, d: q["q02"].update(id="q01"), "used twice"),
        (lambda q, d: q["q01"].update(anwser=3), "no key 'anwser'"),
        (lambda q, d: q["q01"].pop("options"), "needs options"),
        (lambda q, d: q["q01"]["options"][0].pop("correct"), "exactly one option"),
        (lambda q, d: q["q01"]["options"][1].update(correct=True), "exactly one option"),
        (lambda q, d: q["q01"]["options"][1].pop("explain"), "explain of an option must be text"),
        (lambda q, d: q["q01"]["options"][1].update(text=True), "put it in quotes"),
        (lambda q, d: [option.update(correct=True) for option in q["q02"]["options"]], "one wrong"),
        (lambda q, d: q["q03"].pop("explain"), "explain must be text"),
        (lambda q, d: q["q03"].update(answer="4*v"), "cannot be computed from u, d"),
        (lambda q, d: q["q03"].update(prompt="How many for {u}?"), "must show each parameter"),
        (lambda q, d: q["q03"]["parameters"].update(u={"choices": [1]}), "at least two numbers"),
        (lambda q, d: q["q03"]["common"][0].update(value="4*u*(u+d+1)"), "equals the right one"),
        (lambda q, d: q["q04"].update(tolerance=-1), "tolerance"),
        (lambda q, d: q["q05"].update(answer="(None, 10)"), "must be a list"),
        (lambda q, d: q["q06"].update(steps=["a", "b", "a"]), "different texts"),
        (lambda q, d: q["q08"].update(accept=[]), "needs accept|list of texts"),
        (lambda q, d: q["q08"].update(accept=["forget", 3]), "list of texts"),
        (lambda q, d: q["q08"].update(accept="forget"), "accept must be a list"),
        (lambda q, d: q["q06"].update(steps="abc"), "steps must be a list"),
        (lambda q, d: q["q06"].update(steps=["a", ["b"], "c"]), "each step must be text"),
        (lambda q, d: q["q03"].update(answer="u/(u-32)"), "must hold for {'u': 32, 'd': 8}"),
        (lambda q, d: q["q09"]["options"][0].update(line=9), "not a line of the code"),
        (lambda q, d: q["q01"].update(prompt="What is $h_t$?"), "Formulas do not show"),
        (lambda q, d: q["q01"].update(prompt="<script>x</script>"), "HTML that is not allowed"),
        (lambda q, d: q["q01"].update(prompt="<i>x"), "not closed"),
        (lambda q, d: q["q01"].update(points="two"), "points must be a number"),
        (lambda q, d: q["q01"].update(section="the forget gate"), "section must read like"),
    ],
)
def test_a_broken_bank_is_refused_with_file_question_and_remedy(change, says):
    with pytest.raises(BankError, match=says) as caught:
        read_bank(broken(change), "exercises/quizzes/toy.yml")
    assert "exercises/quizzes/toy.yml" in str(caught.value)


def test_files_that_are_no_bank(tmp_path):
    with pytest.raises(BankError, match="no such file"):
        load_bank(tmp_path / "none.yml")
    for text, says in [
        ("a: b: c", "not valid YAML"),
        ("unit: x\nunit: y\n", "stands twice"),
        ("- 1\n", "keys unit"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
    ]:
        (tmp_path / "bank.yml").write_text(text)
        with pytest.raises(BankError, match=says):
            load_bank(tmp_path / "bank.yml")
