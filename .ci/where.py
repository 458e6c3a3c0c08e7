"""The last screen of `make course` and `make test`: where everything is, and what to do next."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    if "--tests" in arguments:
        print(
            "\nAll tests passed. Nothing is run again until a file changes; `make clean` forgets."
        )
        return 0
    places = [
        ("the book", "_build/html/index.html", "open it in a browser"),
        ("the student notebooks", "exercises/release", "what students open in Colab or Jupyter"),
        (
            "the class report",
            "_build/demo/results/*/report.html",
            "the sample class, as its instructor sees it",
        ),
        ("a student's feedback", "_build/demo/results/*/feedback/*.html", "as the student sees it"),
    ]
    missing = 0
    print("\nSequence Models: from RNN to Seq2Seq is built.\n")
    for what, pattern, remark in places:
        found = sorted(ROOT.glob(pattern))
        missing += not found
        where = found[0] if found else f"MISSING ({pattern})"
        print(f"  {what:22} {where}\n  {'':22} {remark}")
    print("\nNext: `make test` proves it all, `make help` lists the other targets.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
