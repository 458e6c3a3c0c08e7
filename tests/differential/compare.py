"""What the notebook gives, the grade gives: every kind of notebook, both ways, as a table.

python tests/differential/compare.py [--quick] [KIND …]
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator

import kernel
import kinds

from autograder.grade.places import judge_in_place
from autograder.judge.installed import load_public
from autograder.read.notebook import parse
from autograder.read.submission import arrange
from autograder.read.template import read_template
from autograder.run.limits import SandboxUnavailable
from autograder.run.pool import SandboxPool

UNITS = ("01_sequence_data", "03_backpropagation_through_time")
KERAS = "04_lstm_gates"
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
)


def corpus(quick: bool = False) -> Iterator[tuple[str, str]]:
    """(unit, kind) of every notebook."""
    for name in QUICK if quick else kinds.KINDS:
        yield UNITS[1], name
        if not quick:
            yield UNITS[0], name
    if not quick:
        for name in KERAS_KINDS:
            yield KERAS, name


def pool_for(unit: str) -> SandboxPool:
    needs = load_public(unit).needs
    try:
        return SandboxPool(needs=needs)
    except SandboxUnavailable:
        return SandboxPool(needs=needs, unsafe=True)


def both(unit: str, name: str, pool: SandboxPool) -> tuple[dict, dict]:
    """Points by exercise: in the notebook, and in grading with the public cases."""
    book = copy.deepcopy(kinds.right(unit))
    kinds.KINDS[name](book)
    template = read_template(kinds.EXERCISES / f"release/{unit}/{unit}.ipynb")
    tests = [cell.target for cell in template.of_role("test")]
    submission = arrange(parse(json.dumps(book.notebook).encode(), name), template)
    judged = judge_in_place(load_public(unit).exercises, tests, submission, pool)
    noted = kernel.verdicts(book.notebook)
    return (
        {test: round(noted.get(test, 0.0), 4) for test in tests},
        {result.exercise: round(result.points, 4) for result in judged.exercises},
    )


def verdict(in_notebook: dict, in_grading: dict) -> str:
    """ "equal", "lower" or "higher": what grading gives, exercise by exercise."""
    if any(in_grading[name] < points for name, points in in_notebook.items()):
        return "lower"
    return "equal" if in_grading == in_notebook else "higher"


def is_right(name: str, found: str) -> bool:
    return found == "equal" or (found == "higher" and name in kinds.HIGHER)


def main(arguments: list[str]) -> int:
    wanted = [word for word in arguments if not word.startswith("-")]
    todo = list(corpus("--quick" in arguments))
    if wanted:
        todo = [(unit, name) for unit, name in todo if name in wanted]
    counts: dict[str, int] = {}
    wrong = 0
    for unit in dict.fromkeys(unit for unit, _ in todo):
        with pool_for(unit) as pool:
            for name in [name for other, name in todo if other == unit]:
                in_notebook, in_grading = both(unit, name, pool)
                found = verdict(in_notebook, in_grading)
                counts[found] = counts.get(found, 0) + 1
                ok = is_right(name, found)
                wrong += not ok
                reason = kinds.HIGHER.get(name, "") if found == "higher" else ""
                total = f"{sum(in_notebook.values()):g} / {sum(in_grading.values()):g}"
                line = (
                    f"{'' if ok else 'WRONG '}{unit[:2]}  {name:38} {found:7} {total:12} {reason}"
                )
                print(line.rstrip(), flush=True)
                if not ok:
                    print(f"      notebook {in_notebook}\n      grading  {in_grading}", flush=True)
    print(f"{sum(counts.values())} notebooks: {counts}; {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
