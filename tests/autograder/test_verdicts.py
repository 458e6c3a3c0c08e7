"""What the judge makes of verdicts: who is asked, what waits for what, how points add up, which message speaks."""

import dataclasses

import numpy as np
import pytest
from handmade import Told, case, criterion, exercise, judged

from autograder.judge.compiled import KnownMistake
from autograder.judge.judge import judge
from autograder.run.inside.protocol import Answer, ErrorInfo

CLOSE = {"rtol": 1e-6, "atol": 1e-9}
STUB = Answer("error", error=ErrorInfo("NotImplementedError", "Write it."))


def values(*cases, **more):
    return criterion("values", *cases, **CLOSE | more)


def statuses(result):
    return [criterion.status for criterion in result.criteria]


# ----------------------------------------------------------------------------------------------------------- asking


def test_a_case_of_several_criteria_is_asked_once():
    made = exercise([case("a", 1.0)], values("a", id="one"), values("a", id="two"))
    told = Told(made, {"a": 1.0})
    assert judge(made, told).points == 2 and told.asked == ["a"]


def test_a_branch_that_is_not_written_is_not_a_function_that_is_not_written():
    made = exercise([case(name, 1.0) for name in "abc"], values("a", "b", "c"))
    told = Told(made, {"a": 1.0, "b": STUB, "c": 1.0})
    result = judge(made, told)
    assert told.asked == ["a", "b", "c"] and result.written
    assert result.criteria[0].message == "In the case “b”: `f` is not written yet."


def test_another_function_is_asked_although_the_first_is_not_written():
    made = exercise(
        [case("a", 1.0), case("b", 1.0), case("g", 1.0, target="g")],
        values("a", "b", id="f"),
        values("b", id="again"),
        values("g", id="g"),
    )
    told = Told(made, {"a": STUB, "g": 1.0})
    result = judge(made, told)
    assert told.asked == ["a", "g"]
    assert statuses(result) == ["failed", "not reached", "passed"]
    assert result.criteria[1].message == "`f` is not written yet."


def test_two_time_outs_of_one_function_stop_it_and_no_other():
    cases = [case("a", 1.0), case("g", 1.0, target="g"), case("b", 1.0), case("c", 1.0)]
    made = exercise(cases, *(values(name, id=name) for name in ("a", "g", "b", "c")))
    told = Told(made, {"a": Answer("timeout"), "g": Answer("died"), "b": Answer("died")})
    result = judge(made, told)
    assert told.asked == ["a", "g", "b"]
    assert statuses(result) == ["failed", "failed", "failed", "not reached"]
    assert "ended the whole Python process" in result.criteria[3].message
    assert result.criteria[3].hidden_detail == "" and result.points == 0


def test_what_was_asked_before_the_stop_counts():
    # The second case is asked no more; what the first has shown is the verdict.
    cases = [case("stuck", 1.0), case("a", 1.0), case("b", 1.0)]
    made = exercise(cases, values("stuck", id="one"), values("a", "b", id="two"))
    result = judged(made, {"stuck": Answer("timeout"), "a": Answer("timeout")})
    assert statuses(result) == ["failed", "failed"]
    assert result.criteria[1].message == "In the case “a”: `f` did not answer in time."


def test_the_detail_names_the_case_and_the_error():
    error = ErrorInfo("KeyError", "x", 3, "d['x']")
    made = exercise([case("a", 1.0)], values("a"))
    [found] = judged(made, {"a": Answer("error", error=error)}).criteria
    assert found.hidden_detail == f"case 'a': error {error}"
    [found] = judged(made, {"a": Answer("timeout")}).criteria
    assert found.hidden_detail == "case 'a': timeout "


# ------------------------------------------------------------------------------------------------- needs and points


def test_the_first_unmet_need_is_named():
    cases = [case(name, 1.0) for name in "ab"]
    made = exercise(
        cases,
        values("a", id="one", title="The first"),
        values("b", id="two", title="The second"),
        values("a", id="three", needs=("one", "two")),
    )
    result = judged(made, {"a": 0.0, "b": 0.0})
    assert result.criteria[2].message == "It needs “The first” first."
    assert (result.criteria[2].hidden_detail, result.criteria[2].picture) == ("", "")


def test_what_needs_a_check_that_failed_is_ours_as_well():
    broken = values("a", id="one", rtol="much")
    made = exercise(
        [case("a", 1.0), case("b", 1.0)],
        broken,
        values("b", id="two"),
        values("a", id="three", needs=("two", "one")),
    )
    result = judged(made, {"a": 1.0, "b": 0.0})
    assert statuses(result) == ["ours", "failed", "ours"] and result.needs_manual
    assert result.criteria[2].message == result.criteria[0].message
    assert result.criteria[2].hidden_detail == "it needs 'one', which could not be checked"
    shown = result.criteria[0].hidden_detail
    assert shown.startswith("Traceback") and 1 < shown.count('  File "') <= 6


def test_the_trace_of_a_check_that_failed_is_cut_to_six_places():
    class Broken(str):
        def __eq__(self, other):
            raise RuntimeError("no comparison")

        __hash__ = str.__hash__

    wrong: object = Broken("end")
    for _ in range(9):
        wrong = [wrong]
    made = exercise([case("a", wrong)], values("a"))
    [found] = judged(made, {"a": wrong}).criteria
    assert found.status == "ours" and found.hidden_detail.count('  File "') == 6


def test_points_are_rounded_to_four_places_and_their_sum_to_six():
    score = {"metric": "mae", "none": 3.0, "full": 0.0, "targets": [np.zeros(2)]}
    cases = [case("a", None, op="model"), case("b", 1.0)]
    made = exercise(
        cases, criterion("score", "a", **score), values("b", points=0.1), values("b", points=0.2)
    )
    model = {"facts": {}, "outputs": np.array([2.0, 2.0])}
    result = judged(made, {"a": model, "b": 1.0})
    assert result.criteria[0].points == 0.3333 and result.criteria[0].status == "partial"
    assert result.points == 0.6333 and result.max_points == pytest.approx(1.3)
    assert judged(exercise(cases, *made.criteria[1:]), {"b": 1.0}).points == 0.3


def test_what_the_answers_took_and_printed():
    made = exercise([case(name, 1.0) for name in "abc"], values("a", "b", "c"))
    said = {
        "a": Answer("ok", 1.0, seconds=0.5),
        "b": Answer("ok", 1.0, seconds=0.25, printed="first"),
        "c": Answer("ok", 1.0, printed="second"),
    }
    result = judged(made, said)
    assert (result.seconds, result.printed, result.see) == (0.75, "first", made.see)
    assert (result.exercise, result.written, result.needs_manual) == ("f", True, False)
    nothing = judge(exercise([]), Told(exercise([]), {}))
    assert nothing.written and (nothing.points, nothing.printed) == (0, "")


# --------------------------------------------------------------------------------------------------------- messages


def test_the_case_is_named_where_there_are_several():
    several, one = exercise([case("a", 1.0), case("b", 1.0)], values("a", "b")), values("a")
    told = judged(several, {"a": 1.0, "b": 0.0}).criteria[0].message
    assert told.startswith("In the case “b”: ")
    alone = judged(exercise([case("a", 1.0)], one), {"a": 0.0}).criteria[0].message
    assert "In the case" not in alone
    hidden = judged(dataclasses.replace(several, reveal=False), {"a": 1.0, "b": 0.0})
    assert "In the case" not in hidden.criteria[0].message


def test_the_first_of_equally_bad_cases_speaks():
    made = exercise([case("a", 1.0), case("b", 1.0)], values("a", "b"))
    assert judged(made, {"a": 0.0, "b": 0.0}).criteria[0].message.startswith("In the case “a”: ")


def test_the_hint_stands_behind_what_was_found():
    made = exercise([case("a", 1.0)], values("a", hint="Look at the bias."))
    message = judged(made, {"a": 0.0}).criteria[0].message
    assert message.endswith(". Look at the bias.")
    assert judged(made, {"a": 1.0}).criteria[0].message == ""


def test_only_the_first_failure_speaks_in_full_and_the_instructor_reads_all():
    x = np.arange(4.0)
    made = exercise(
        [case("a", x), case("b", 1.0), case("g", 1.0, target="g")],
        values("b", id="right"),
        values("a", id="first", hint="Think. Again."),
        values("a", id="second", hint="Think. Again."),
        values("g", id="unwritten"),
    )
    result = judged(made, {"a": x + [0, 0, 0, 9], "b": 1.0, "g": STUB})
    right, first, second, unwritten = result.criteria
    assert right.message == "" and first.message.endswith("Think. Again.") and first.picture
    assert second.message == first.message.partition(". ")[0] + "." and second.picture == ""
    assert second.hidden_detail == f"{first.message}\n{first.hidden_detail}"
    assert unwritten.message == "`g` is not written yet."


@pytest.mark.parametrize(("length", "cut"), [(119, False), (120, False), (121, True)])
def test_a_long_sentence_is_not_repeated(length, cut):
    name = "f" * (length - len("`` is not written yet."))
    cases = [case("a", 1.0), case("b", 1.0, target=name)]
    result = judged(exercise(cases, values("a"), values("b", id="b")), {"a": 0.0, "b": STUB})
    message = result.criteria[1].message
    assert message == "Not right yet." if cut else len(message) == length


def test_a_diagnosis_that_fails_costs_nothing_and_is_told_to_the_instructor():
    broken = case("a", None, op="model")  # a bundle without the facts of the solution's model
    mistake = KnownMistake("m", "M", "You did.", None, {"a": Answer("ok", {"facts": {}})})
    made = exercise([broken], criterion("facts", "a", where={"units": 2}), mistakes=(mistake,))
    result = judged(made, {"a": {"facts": {"units": 1}}})
    assert result.diagnosis is None and statuses(result) == ["failed"] and not result.needs_manual
    detail = result.criteria[0].hidden_detail
    assert detail.startswith("facts: {'units': 1}\nThe diagnosis failed: Traceback")
    assert detail.count('  File "') == 3 and "TypeError" in detail
