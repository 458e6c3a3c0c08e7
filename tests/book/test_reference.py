"""Cheat sheet, interview questions and myths: the counts are Keras', and everything leads to a claim that is stated."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import course_book
import nbformat
import pytest
import reference
import yaml
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]
PLACES = course_book.addresses(ROOT)
SHEET = reference.read_cheat_sheet(ROOT)
PIECES = [
    pytest.param(model, layer, id=f"{model['name']}-{number}")
    for model in SHEET["models"]
    for number, layer in enumerate(model["layers"], start=1)
]


# --- cheat sheet --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("4u(d + u + 1)", 4 * 5 * (3 + 5 + 1)),
        ("u(12u + 13)", 5 * (12 * 5 + 13)),
        ("2u^2 + (u + d)(u - d)", 2 * 25 + 8 * 2),
        ("3ud", 45),
        ("0", 0),
    ],
)
def test_a_formula_is_computed_as_it_is_printed(formula, wanted):
    assert reference.value(formula, d=3, u=5) == wanted


@pytest.mark.parametrize("formula", ["4w(d + 1)", "u(d + 1", "__import__(u)", "u, d", "u / 2"])
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(ExtensionError, match=re.escape(f"the formula '{formula}'")):
        reference.value(formula, d=3, u=5)


@pytest.mark.tensorflow
@pytest.mark.parametrize(("d", "u"), [(1, 4), (3, 8), (100, 64)])
@pytest.mark.parametrize(("model", "layer"), PIECES)
def test_keras_counts_what_the_cheat_sheet_says(model, layer, d, u):
    import keras

    inputs = {
        name: keras.Input(reference.shape(form, d=d, u=u)[1:], name=name)
        for name, form in layer["inputs"].items()
    }
    names = {"layers": keras.layers, "ops": keras.ops, "u": u, **inputs}
    exec(layer["keras"], names)
    built = keras.Model(inputs, names["y"])
    assert built.count_params() == reference.value(layer["parameters"], d=d, u=u)
    assert built.output_shape == reference.shape(layer["output"], d=d, u=u)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("Plain RNN", "SimpleRNN(7, return_state=True)"),
        ("LSTM", "LSTM(7, return_state=True)"),
        ("GRU", "GRU(7, return_state=True)"),
        ("Bidirectional LSTM", "Bidirectional(layers.LSTM(7, return_state=True))"),
    ],
)
def test_a_layer_hands_on_as_many_numbers_as_the_cheat_sheet_says(name, layer):
    import keras

    built = eval(f"layers.{layer}", {"layers": keras.layers})
    _, *states = built(keras.Input((None, 3)))
    (model,) = [model for model in SHEET["models"] if model["name"] == name]
    assert sum(state.shape[-1] for state in states) == reference.value(model["carries"], u=7)


@pytest.mark.tensorflow
def test_the_scan_of_the_cheat_sheet_is_its_equation():
    import keras
    import numpy as np

    (model,) = [model for model in SHEET["models"] if model["name"] == "minGRU"]
    (layer,) = model["layers"]
    x = np.random.default_rng(0).normal(size=(2, 32, 3)).astype("float32")
    kept = []

    def dense(*given):
        kept.append(keras.layers.Dense(*given))
        return kept[-1]

    names = {"layers": SimpleNamespace(Dense=dense), "ops": keras.ops, "u": 5, "x": x}
    exec(layer["keras"], names)
    z, candidate = (keras.ops.convert_to_numpy(one(x)) for one in kept)
    h = np.zeros((2, 5))
    for t in range(32):
        h = z[:, t] * h + (1 - z[:, t]) * candidate[:, t]
        assert np.abs(keras.ops.convert_to_numpy(names["y"])[:, t] - h).max() < 1e-5


def test_the_cheat_sheet_shows_each_model_with_its_numbers():
    table = reference.side_by_side(ROOT, PLACES).splitlines()
    assert len(table) == 2 + len(SHEET["models"]) == 9
    (lstm,) = [line for line in table if "[LSTM]" in line]
    assert "$4u(d + u + 1)$" in lstm and "42,240" in lstm and "| $2u$ |" in lstm
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {8}
    cards = reference.model_cards(ROOT, PLACES)
    assert cards.count("### ") == len(SHEET["models"])
    for model in SHEET["models"]:
        assert all(line in cards for line in model["equation"]) and model["use"] in cards
        for layer in model["layers"]:
            assert layer["keras"].rstrip() in cards and layer["output"] in cards
            # What is longer is cut in a card, and on a telephone of 390 points.
            assert max(map(len, layer["keras"].splitlines())) <= 40
        # LaTeX takes a bracket at the beginning of a line for an argument, and drops it.
        assert not any(line.startswith("[") for line in model["equation"])


def test_a_model_of_a_lesson_that_is_not_there_stops_the_build(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "lessons").mkdir()
    sheet = {"example": {"d": 1, "u": 1}, "models": [SHEET["models"][0]]}
    (tmp_path / reference.CHEAT_SHEET).write_text(yaml.safe_dump(sheet), encoding="utf-8")
    with pytest.raises(ExtensionError, match="Plain RNN belongs to lesson 02, which does not"):
        reference.model_cards(tmp_path, PLACES)


# --- a course of one lesson ---------------------------------------------------------------------------------------

RECORD = {
    "id": "09-forgets",
    "statement": "It forgets | over 5 steps.",
    "verdict": "holds",
    "value": 0.5,
    "low": 0.5,
    "high": 0.75,
    "seeds": 3,
    "over": "every seed",
    "direction": "above",
    "rival": "a bag",
    "limit": 0.25,
    "margin": 0.1,
    "factor": None,
    "paired": None,
    "trained": "5 epochs",
}


def course_with(folder, *text, records=(RECORD,), questions=()):
    """A course of one lesson, with two claims, the Markdown cells `text`, and the questions of one level."""
    code = 'lessonkit.claim("09-forgets", f"It forgets over {T} steps.")\nlessonkit.claim("09-new", "Nobody ran *it*.")'
    cells = [nbformat.v4.new_markdown_cell("# Gates"), nbformat.v4.new_code_cell(code, id="09-002")]
    cells += [nbformat.v4.new_markdown_cell(one, id=f"09-1{k}") for k, one in enumerate(text)]
    for part in ("lessons", "book", "_build/evidence"):
        (folder / part).mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "lessons" / "09_gates.ipynb")
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "_build" / "evidence" / "09.jsonl").write_text(lines, encoding="utf-8")
    level = {"title": "First", "about": "Begin here.", "questions": list(questions)}
    (folder / reference.INTERVIEW).write_text(yaml.safe_dump({"levels": [level]}), encoding="utf-8")
    return folder


# --- claims named on pages ----------------------------------------------------------------------------------------


def test_a_page_can_name_a_claim(tmp_path):
    course_with(tmp_path)
    link = reference.claim_link(tmp_path, "09-new", "book/page")
    assert link == '<a href="../lessons/09_gates.html#cell-09-002">09-new</a>'
    with pytest.raises(
        ExtensionError, match="book/page: no lesson states a claim '09-newer'.*09-new"
    ):
        reference.claim_link(tmp_path, "09-newer", "book/page")


def test_the_token_of_a_claim_is_replaced():
    app = SimpleNamespace(srcdir=str(ROOT), env=SimpleNamespace(note_dependency=lambda _: None))
    course_book.fill_tokens(app, "book/index", page := ["See {{ claim:04-plateau }}."])
    assert re.fullmatch(r'See <a href="../lessons/04\w+.html#cell-04-\w+">04-plateau</a>.', page[0])
    with pytest.raises(ExtensionError, match="book/index: no lesson states a claim '04-x'"):
        course_book.fill_tokens(app, "book/index", ["See {{ claim:04-x }}."])


# --- interview questions ------------------------------------------------------------------------------------------

QUESTION = {
    "id": "state",
    "question": "What is `h` < 1 & why?",
    "answer": "It is $h_t$.",
    "measured": ["09-forgets", "09-new"],
}


def test_a_question_is_a_fold_that_ends_with_its_evidence(tmp_path):
    text = reference.interview_page(course_with(tmp_path, questions=[QUESTION]), PLACES)
    assert "## First\n\nBegin here." in text
    assert "<summary>1. What is <code>h</code> &lt; 1 &amp; why?</summary>\n\nIt is $h_t$." in text
    place = "../lessons/09_gates.html#cell-09-002"
    assert (
        f'**Measured in** lesson 09: <a href="{place}">It forgets \\| over 5 steps</a>; '
        f'lesson 09: <a href="{place}">Nobody ran \\*it\\*</a>\n\n</details>'
    ) in text


def test_a_claim_that_was_not_run_and_holds_numbers_goes_by_its_name(tmp_path):
    text = reference.interview_page(course_with(tmp_path, questions=[QUESTION], records=()), PLACES)
    assert ">09-forgets</a>" in text and "{T}" not in text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"measured": "09-forget"},
            "question 'state': no lesson states a claim '09-forget'.*09-forgets",
        ),
        ({"measured": []}, "question 'state' needs answer, id, measured, question"),
        ({"answer": ""}, "question 'state' needs"),
        ({"level": 2}, "question 'state' needs"),
    ],
)
def test_a_question_without_evidence_stops_the_build(tmp_path, change, complaint):
    folder = course_with(tmp_path, questions=[QUESTION | change])
    with pytest.raises(ExtensionError, match=complaint):
        reference.interview_page(folder, PLACES)


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    questions = [QUESTION | {"id": f"q{k}", "measured": f"09-x{k}"} for k in range(3)]
    bare = [f"> **Myth.**\n> *It is so, {k}.*\n> Really." for k in range(3)]
    folder = course_with(tmp_path, *bare, questions=questions)
    with pytest.raises(ExtensionError) as told:
        reference.interview_page(folder, PLACES)
    assert all(f"'q{k}': no lesson states a claim '09-x{k}'" in str(told.value) for k in range(3))
    with pytest.raises(ExtensionError) as told:
        reference.myths_page(folder, PLACES)
    assert all(f"'It is so, {k}.': it has no evidence" in str(told.value) for k in range(3))


def test_no_question_stands_twice(tmp_path):
    with pytest.raises(ExtensionError, match="two questions have the id 'state'"):
        reference.interview_page(course_with(tmp_path, questions=[QUESTION, QUESTION]), PLACES)


def test_there_are_sixty_questions_and_each_leads_to_a_claim():
    levels = reference.read_interview(ROOT)
    assert [len(level["questions"]) for level in levels] == [20, 20, 20]
    text = reference.interview_page(ROOT, PLACES)  # raises where a claim is unknown
    assert text.count("<details") == text.count("**Measured in**") == 60
    assert "60. " in text


MEASURED_NUMBER = re.compile(r"\d\s*(?:%|percent|times\b)|\d?\.\d")


@pytest.mark.parametrize(
    "one",
    [one for level in reference.read_interview(ROOT) for one in level["questions"]],
    ids=lambda one: one["id"],
)
def test_an_answer_is_a_few_sentences_and_leaves_the_numbers_to_the_cells(one):
    text = re.sub(r"\$[^$]+\$|`[^`]+`", "x", one["answer"])
    sentences = re.findall(r"[.?!](?=\s|$)", text.strip())
    assert 2 <= len(sentences) <= 6, len(sentences)
    assert text.strip()[-1] in ".?!"
    assert one["question"].strip()[-1] in "?."
    assert not MEASURED_NUMBER.search(text)


# --- myths --------------------------------------------------------------------------------------------------------

MEASURED_MYTH = (
    "## Myths\n\n> **Myth.**\n> *It never forgets.*\n> It does, claim *09-forgets*.\n> See [above](#gates) and\n"
    "> [lesson 1](01_x.ipynb#y).\n\nProse.\n\n> **Pitfall.** *Not a myth.*\n"
)
CITED_MYTH = (
    "> **Myth.** *It is old.*\n> No: [Ho, 2001](https://doi.org/10.1/2).\n\n"
    "> **Myth.**\n>\n> *New.*\n> *09-new*"
)


def test_myths_are_read_where_they_stand(tmp_path):
    lesson = course_with(tmp_path, MEASURED_MYTH, CITED_MYTH) / "lessons" / "09_gates.ipynb"
    found = reference.myths_of(lesson)
    assert [myth.belief for myth in found] == ["It never forgets.", "It is old.", "New."]
    assert [myth.claims for myth in found] == [("09-forgets",), (), ("09-new",)]
    assert [myth.literature for myth in found] == [(), ("https://doi.org/10.1/2",), ()]
    assert found[0].cell == "09-10" and "Prose" not in found[0].answer


def test_the_page_of_myths_shows_the_number_of_each_claim(tmp_path):
    text = reference.myths_page(course_with(tmp_path, MEASURED_MYTH, CITED_MYTH), PLACES)
    assert text.startswith(
        "3 myths: 2 are answered by something measured here, 1 by the literature."
    )
    place = "../lessons/09_gates.html#cell-09-002"
    assert "## Lesson 09: [Gates](../lessons/09_gates.ipynb)" in text
    assert f'> It does, claim <a href="{place}">09-forgets</a>.' in text
    assert "(../lessons/09_gates.ipynb#gates)" in text and "(../lessons/01_x.ipynb#y)" in text
    assert (
        f'> - <a href="{place}">It forgets \\| over 5 steps.</a> Measured: worst of 3 seeds 0.5 (0.5 to 0.75), '
        "above 0.25 (a bag) by more than 0.1.\n"
    ) in text
    assert "[Ho, 2001](https://doi.org/10.1/2)" in text
    assert f'<a href="{place}">Nobody ran \\*it\\*.</a> Not run in this build.' in text


def test_the_page_of_myths_says_where_only_a_sample_stood(tmp_path):
    record = RECORD | {"verdict": "not tested on the sample"}
    text = reference.myths_page(course_with(tmp_path, MEASURED_MYTH, records=[record]), PLACES)
    assert "by more than 0.1 (not tested: this page was made with the built-in sample)." in text


@pytest.mark.parametrize(
    ("myth", "complaint"),
    [
        ("> **Myth.**\n> *It is so.*\n> Look at the table above.", "it has no evidence"),
        ("> **Myth.**\n> *It is so.*\n> No: **09-forgets**, `*09-x*`.", "it has no evidence"),
        (
            f"> **Myth.**\n> *It is so.*\n> See [this]({PLACES['repository']}/blob/main/x.ipynb).",
            "it has no evidence",
        ),
        ("> **Myth.**\n> *It is so.*\n> No: *09-forgot*.", "claim '09-forgot'.*09-forgets"),
        ("> **Myth.** It is so.\n> No: *09-forgets*.", "what is believed, in"),
        ("> **Myth.**", "what is believed, in"),
    ],
)
def test_a_myth_without_evidence_stops_the_build(tmp_path, myth, complaint):
    folder = course_with(tmp_path, MEASURED_MYTH, myth)
    with pytest.raises(ExtensionError, match=complaint) as told:
        reference.myths_page(folder, PLACES)
    assert "lessons/09_gates.ipynb, cell 09-11" in str(told.value)


@pytest.mark.parametrize(
    "lesson", sorted((ROOT / "lessons").glob("*.ipynb")), ids=lambda lesson: lesson.stem
)
def test_every_myth_of_the_course_has_evidence(lesson):
    known = reference.known_claims(ROOT)
    myths = reference.myths_of(lesson, (PLACES["repository"],))
    told = [wrong for myth in myths for wrong in reference.with_evidence(myth, known)[1]]
    assert myths and not told, "\n".join(told)
    assert sum(
        cell.source.count("**Myth") for cell in nbformat.read(lesson, as_version=4).cells
    ) == len(myths), "a myth that is not a quotation of its own is not collected"
