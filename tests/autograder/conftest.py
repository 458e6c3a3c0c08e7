"""Makes the modules of tests/support importable, and their fixtures known here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from fixtures import any_course, postgres, ready_course, toy_course, warm_pool  # noqa: E402, F401
