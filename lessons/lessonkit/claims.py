"""Claims that are measured: asserted in the lesson, collected for the book's page of myths and
evidence.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any


def claim(
    identifier: str,
    statement: str,
    *,
    value: float,
    baseline: float | None = None,
    holds: Any,
    seeds: int = 1,
) -> None:
    """State what has just been measured, and fail when it is not so.

    `identifier` is the lesson's number and a few words, such as `04-forget-bias`; `value` is the
    measured number and `baseline` what it is compared with; `holds` is the condition, with its
    margin. Prints one line. Where `COURSE_EVIDENCE_DIR` is set, the claim is also added there, as
    one JSON line in `<lesson>.jsonl`. Raises `AssertionError` when `holds` is false and
    `ValueError` for an identifier of another form.
    """
    if not re.fullmatch(r"\d\d-[a-z0-9-]+", identifier):
        raise ValueError(f"The claim's identifier '{identifier}' must look like 04-forget-bias.")
    record = {
        "id": identifier,
        "statement": statement,
        "value": float(value),
        "baseline": None if baseline is None else float(baseline),
        "holds": bool(holds),
        "seeds": int(seeds),
    }
    if folder := os.environ.get("COURSE_EVIDENCE_DIR"):
        path = Path(folder) / f"{identifier[:2]}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    against = "" if baseline is None else f" against {baseline:.3g}"
    over = f", {seeds} seeds" if seeds > 1 else ""
    print(f"{'Holds' if holds else 'DOES NOT HOLD'}: {statement} [{value:.3g}{against}{over}]")
    assert holds, (
        f"Claim {identifier} does not hold on this run: {statement} Measured {value:.3g}{against}."
    )
