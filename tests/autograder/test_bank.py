"""The bank of unseen answers is read strictly and counted honestly."""

import json

import pytest
import toyunit

from autograder.author.bank import measure, read_bank
from autograder.authoring import AuthoringError

RIGHT = """
def affine(x, W, b):
    if x.shape[1] != W.shape[0]:
        raise ValueError("widths differ")
    return np.einsum("ij,jk->ik", x, W) + b, x.shape[0]
"""
BANK = f"""# What a reader of this file should know.

# %% 01 right: einsum
{RIGHT}
# %% 02 right: called right, and is not
{RIGHT.replace("+ b", "+ 2 * b")}
# %% 03 wrong: no bias at all
{RIGHT.replace(" + b", "")}
# %% 04 wrong: says so, and is right
{RIGHT}
# %% 05 wrong: nothing that Python can read
def affine(x, W, b:
# %% 06 wrong: never ends
def affine(x, W, b):
    while True:
        pass
# %% 07 wrong: a helper, and the sign
def product(x, W):
    return x @ W


def affine(x, W, b):
    if x.shape[1] != W.shape[0]:
        raise ValueError("widths differ")
    return -(product(x, W) + b), len(x)
"""


def bank(tmp_path, text=BANK, name="affine", unit=toyunit.UNIT):
    folder = tmp_path / "bank" / unit
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder.parent


def test_answers_are_graded_and_counted_and_names_wait_for_a_person(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.author.bank.SECONDS", 5)
    root, folder = toyunit.build(tmp_path), bank(tmp_path)
    first = measure(folder, root=root)
    by_id = {answer.id: answer for answer in first.answers}
    assert [answer.full for answer in first.answers] == [True, False, False, True, *[False] * 3]
    rates = first.rates()
    assert (rates["right"], rates["refused"], rates["wrong"], rates["passed"]) == (2, 1, 5, 1)
    assert by_id["03"].called == "no-bias" and "ias" in by_id["03"].said
    assert by_id["07"].called and "did not answer in time" in by_id["06"].said
    assert rates["named"] == rates["unjudged"] == 2 and rates["named_rightly"] == 0
    assert "02: right, refused" in first.text() and "04: wrong, passed" in first.text()
    assert json.loads(json.dumps(first.to_dict()))["rates"] == rates

    called = by_id["07"].called
    (folder / "judged.yml").write_text(
        f"{toyunit.UNIT}/affine:\n  '03': {{'no-bias': true}}\n"
        f"  '07': {{'{called}': false, 'another-name': true}}\n",
        encoding="utf-8",
    )
    again = measure(folder, root=root)
    assert [again.rates()[key] for key in ("named_rightly", "named_wrongly", "unjudged")] == [
        1,
        1,
        0,
    ]
    assert f"wrongly called {called!r}" in again.text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(): pass\n", "answers stand in cells"),
        ("# %% 1 maybe: x\n", r"affine.py:1: say `# %% ID right"),
        ("# %% 1 right: x\npass\n# %% 1 wrong: y\n", "affine.py:3: the id '1' stands there twice"),
        ("import os\n# %% 1 right: x\n", "answers stand in cells"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(tmp_path, text, said):
    with pytest.raises(AuthoringError, match=said):
        read_bank(bank(tmp_path, text))


def test_no_bank_an_unknown_exercise_and_a_judgement_that_is_none_are_errors(tmp_path):
    root = toyunit.build(tmp_path)
    with pytest.raises(AuthoringError, match="no bank is here"):
        read_bank(tmp_path / "nowhere")
    with pytest.raises(AuthoringError, match=r"other.py:3: 99_toy has no exercise 'other'"):
        measure(bank(tmp_path / "a", name="other"), root=root)
    folder = bank(tmp_path)
    (folder / "judged.yml").write_text("99_toy/affine:\n  '03': yes\n", encoding="utf-8")
    with pytest.raises(AuthoringError, match=r"judged.yml:2: say"):
        measure(folder, root=root)
