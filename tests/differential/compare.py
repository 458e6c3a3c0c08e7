"""What the notebook gives, the grade gives: every kind of notebook, both ways, as a table.

    python tests/differential/compare.py [--quick] [--json F] [KIND …]

On one side a real kernel runs the notebook, on the other the grader does, and both have the public
cases. A result is "equal", or it is "higher" or "lower" in grading for a reason that `kinds` states.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kernel
import kinds

from autograder.grade.places import judge_in_place
from autograder.judge.installed import load_public
from autograder.read.notebook import parse
from autograder.read.submission import arrange
from autograder.read.template import read_template
from autograder.run.limits import SandboxUnavailable
from autograder.run.pool import SandboxPool

QUICK_UNIT = "03_backpropagation_through_time"
UNITS = ("01_sequence_data", QUICK_UNIT, "06_gru")
KERAS = ("02_recurrent_networks", "04_lstm_gates")  # a sample: each network takes its time
KERNELS = 2  # at a time
KERAS_KINDS = (
    "nothing_changed",
    "helper_of_the_same_name",
    "answer_name_used_again",
    "split_helper_first",
    "merged_into_the_check",
    "all_metadata_lost",
    "time_cell",
    "await_at_top",
    "wrong_copy_below_the_check",
    "numpy_shadowed_at_the_end",
    "check_copied",
    "constant_used_again",
    "function_again_below",
    "setting_of_numpy_below",
    "state_left_by_a_check",
    "random_state_used_below",
)
QUICK = (
    "nothing_changed",
    "helper_of_the_same_name",
    "answer_name_used_again",
    "split_import_first",
    "merged_into_the_check",
    "all_metadata_lost_and_names_reused",
    "answer_below_its_check",
    "indented_answer",
    "shell_output_continued",
    "await_at_top",
    "top_level_return",
    "missing_module_used_in_cell",
    "function_again_below",
    "entry_of_a_table_below",
)


def corpus(quick: bool = False) -> Iterator[tuple[str, str]]:
    """(unit, kind) of every notebook."""
    for unit in (QUICK_UNIT,) if quick else UNITS:
        for name in QUICK if quick else kinds.KINDS:
            yield unit, name
    for unit in () if quick else KERAS:
        for name in KERAS_KINDS:
            yield unit, name


def pool_for(unit: str) -> SandboxPool:
    needs = load_public(unit).needs
    try:
        return SandboxPool(needs=needs)
    except SandboxUnavailable:
        return SandboxPool(needs=needs, unsafe=True)


def changed(unit: str, name: str) -> dict:
    """A right notebook of the unit, changed as `name` says."""
    book = copy.deepcopy(kinds.right(unit))
    kinds.KINDS[name](book)
    return book.notebook


def graded(unit: str, notebook: dict, pool: SandboxPool) -> dict[str, float]:
    """Points by exercise, in grading with the public cases."""
    template = read_template(kinds.EXERCISES / f"release/{unit}/{unit}.ipynb")
    tests = [cell.target for cell in template.of_role("test")]
    submission = arrange(parse(json.dumps(notebook).encode(), unit), template)
    judged = judge_in_place(load_public(unit).exercises, tests, submission, pool)
    return {result.exercise: round(result.points, 4) for result in judged.exercises}


def verdict(in_notebook: dict[str, float], in_grading: dict[str, float]) -> str:
    """ "equal", "lower" or "higher": what grading gives, exercise by exercise."""
    noted = {name: round(in_notebook.get(name, 0.0), 4) for name in in_grading}
    if any(points < noted[name] for name, points in in_grading.items()):
        return "lower"
    return "equal" if in_grading == noted else "higher"


def is_right(name: str, found: str) -> bool:
    return found == "equal" or name in kinds.REASONS.get(found, {})


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="default: all of them")
    parser.add_argument("--quick", action="store_true", help="the few that `make test` runs")
    parser.add_argument("--json", type=Path, metavar="F", help="write the table to F")
    arguments = parser.parse_args(argv)
    todo = [
        (unit, name)
        for unit, name in corpus(arguments.quick)
        if not arguments.kinds or name in arguments.kinds
    ]
    counts: Counter[str] = Counter()
    rows, wrong = [], 0
    with ThreadPoolExecutor(KERNELS) as kernels:
        books = {key: changed(*key) for key in todo}
        noted = {key: kernels.submit(kernel.verdicts, book) for key, book in books.items()}
        for unit in dict.fromkeys(unit for unit, _ in todo):
            with pool_for(unit) as pool:
                for name in [name for other, name in todo if other == unit]:
                    in_notebook = noted[unit, name].result()
                    in_grading = graded(unit, books[unit, name], pool)
                    found = verdict(in_notebook, in_grading)
                    counts[found] += 1
                    ok = is_right(name, found)
                    wrong += not ok
                    reason = kinds.REASONS.get(found, {}).get(name, "")
                    rows.append(
                        {"unit": unit, "kind": name, "found": found, "right": ok, "reason": reason}
                    )
                    total = f"{sum(in_notebook.values()):g} / {sum(in_grading.values()):g}"
                    line = f"{unit[:2]}  {name:42} {found:7} {total:12} {reason}"
                    print(f"{'' if ok else 'WRONG '}{line.rstrip()}", flush=True)
                    if not ok:
                        print(
                            f"      notebook {in_notebook}\n      grading  {in_grading}", flush=True
                        )
            if arguments.json:  # after each unit: a run that is stopped keeps what it has found
                arguments.json.parent.mkdir(parents=True, exist_ok=True)
                arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"{len(rows)} notebooks: {dict(counts)}; {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
