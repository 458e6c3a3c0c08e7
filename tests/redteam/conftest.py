"""What came of each attack in the last run of these tests, in `_build/redteam/`: the book publishes it."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest
from fixtures import ready_course, toy_course, warm_pool  # noqa: F401

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "_build" / "redteam"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Write the outcome of a test that is about one fixture file (its parameter `attack`)."""
    outcome = yield
    report = outcome.get_result()
    attack = getattr(item, "callspec", None) and item.callspec.params.get("attack")
    if (
        not isinstance(attack, Path)
        or (report.when != "call" and report.passed)
        or report.when == "teardown"
    ):
        return
    said = {
        "outcome": report.outcome,
        "day": time.strftime("%Y-%m-%d"),
        "seconds": round(report.duration, 2),
        "fixture": hashlib.sha256(attack.read_bytes()).hexdigest(),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{attack.parent.name}-{attack.stem}.json"
    path.write_text(json.dumps(said) + "\n", encoding="utf-8")
