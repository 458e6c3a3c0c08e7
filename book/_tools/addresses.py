"""Does every notebook and page agree with the addresses in `_config.yml`? And make them agree.

    python book/_tools/addresses.py            list what differs; exit 1 if anything does
    python book/_tools/addresses.py --write    put the addresses of _config.yml everywhere

Looked at: install lines and Colab links of lessons, exercises and Markdown files. What the grader knows of the
addresses, `autograder compile` takes from `_config.yml` itself.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.course import addresses

ROOT = Path(__file__).resolve().parents[2]
# The two kinds of address that always mean this course. In a notebook file, quotes are escaped.
INSTALL = re.compile(r'(pip install (?:-q )?\\?"git\+)([^@\s"\\]+)@([^"\s\\]+)')
COLAB = re.compile(
    r"(https://colab\.research\.google\.com/github/)([\w.-]+/[\w.-]+)/blob/([\w.-]+)/"
)


def files(root: Path = ROOT) -> Iterator[Path]:
    """Every file that may hold an address of the course."""
    for pattern in (
        "lessons/*.ipynb",
        "exercises/source/*/*.ipynb",
        "exercises/release/*/*.ipynb",
        "book/*.md",
        "*.md",
    ):
        yield from sorted(root.glob(pattern))


def agreed(text: str, places: dict[str, str]) -> str:
    """`text` with the addresses of `places`."""
    repository, branch = places["repository"], places["branch"]
    text = INSTALL.sub(lambda found: f"{found[1]}{repository}@{branch}", text)
    return COLAB.sub(
        lambda found: f"{found[1]}{repository.removeprefix('https://github.com/')}/blob/{branch}/",
        text,
    )


def differing(root: Path = ROOT, write: bool = False) -> list[str]:
    """Files whose addresses differ from `_config.yml`, relative to `root`; with `write` they are mended."""
    places, found = addresses(root), []
    for path in files(root):
        text = path.read_text(encoding="utf-8")
        wanted = agreed(text, places)
        if text != wanted:
            found.append(path.relative_to(root).as_posix())
            if write:
                path.write_text(wanted, encoding="utf-8")
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="mend what differs")
    write = parser.parse_args(arguments).write
    found = differing(write=write)
    for name in found:
        print(f"{'mended' if write else 'differs from _config.yml'}: {name}")
    if not found:
        print("Every address agrees with _config.yml.")
    return 1 if found and not write else 0


if __name__ == "__main__":
    sys.exit(main())
