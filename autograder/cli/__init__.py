"""The `autograder` command: thin, every command calls its room.

Exit codes: 0 done and all graded (or all checks pass); 1 checks failed (`check`) or an audit below
its bar; 2 wrong usage, or something is missing that the message names; 3 some submissions could not
be graded or collected (listed); 4 no sandbox; 5 an error of ours.

    options   what can be typed, and the help that explains it
    commands  one function a command
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

from ..errors import FAILED, INCOMPLETE, INTERNAL, NO_SANDBOX, OK, USAGE, CourseError
from .commands import complain, say
from .options import parser

__all__ = ["FAILED", "INCOMPLETE", "INTERNAL", "NO_SANDBOX", "OK", "USAGE", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except KeyboardInterrupt:
        say("Stopped.")
        return INCOMPLETE
    except BrokenPipeError:
        return OK  # the reader of our output has gone
    except CourseError as error:
        complain(str(error))
        return error.exit_code
    except (FileNotFoundError, NotADirectoryError) as error:
        complain(str(error))
        return USAGE
    except Exception:
        traceback.print_exc()
        complain("This is an error of the grader, not of a submission. Nobody lost a point by it.")
        return INTERNAL


if __name__ == "__main__":
    sys.exit(main())
