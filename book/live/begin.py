"""What the engine imports, besides NumPy, before the picture of its memory is taken.

It stands in the library under the name `pandas`: the engine's initialisation imports NumPy and pandas, and this course
has no use for pandas. `/course/unit` says which unit's checks are read; on the page of a lesson it is empty.
"""

import sys
from pathlib import Path

sys.path.insert(0, "/course")

import guest  # noqa: E402

guest.warm(Path("/course/unit").read_text(encoding="ascii"))
