"""Python text to its syntax tree, for every room that reads what people wrote. It never runs
anything.
"""

from __future__ import annotations

import ast
import threading
from typing import Any

# CPython up to 3.12 counts the depth of all threads' trees in one place (python/cpython#106905):
# two threads that parse at the same time can make each other fail with a SystemError, which would
# be nobody's mistake but ours.
_ONE_AT_A_TIME = threading.Lock()


def parse(source: str, mode: str = "exec") -> Any:
    """The tree of `source`, as `ast.parse` gives it, safe to call from several threads.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no Python, or too deep.
    """
    with _ONE_AT_A_TIME:
        return ast.parse(source, mode=mode)
