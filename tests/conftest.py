"""What all tests share: the built book; and in CI, a test that would skip for want of a wall, a browser or data fails
instead.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import wasmwall

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: two workers share the files, and none should be left alone with a long one."""
    long = {
        item.path
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Turn skips into failures where COURSE_REQUIRE_ALL is set: there everything has been installed."""
    outcome = yield
    report = outcome.get_result()
    if not report.skipped:
        return
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if "COURSE_DATA_DIR" in reason and not os.environ.get("COURSE_DATA_DIR"):
        return  # real data lie beside the checkout or they do not; no script can install them
    if wasmwall.REASON in reason:
        return  # an extra of its own, installed on demand: its licences and its pins stand apart from requirements.txt
    if os.environ.get("COURSE_REQUIRE_ALL") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"COURSE_REQUIRE_ALL is set, and this test was skipped: {reason}"


@pytest.fixture(scope="session")
def html() -> Path:
    """Folder of the built book; the test is skipped where there is none."""
    folder = Path(os.environ.get("COURSE_BOOK_HTML", ROOT / "_build" / "html"))
    if not (folder / "index.html").exists():
        pytest.skip(f"The book has not been built ({folder} has no index.html): run `make book`.")
    return folder
