"""Errors that a person can put right: the message says what is wrong, and what to do.

Every room derives its own from `CourseError`. The command line prints the message without a
traceback and ends with the error's exit code; anything else is a fault of the grader. Nothing is
caught or printed here.
"""

from __future__ import annotations

# Exit codes of the command line: done and all graded; a check failed or an audit is below its bar;
# wrong usage, or something is missing that the message names; some submissions could not be graded
# or collected; there are no walls; a fault of the grader.
OK, FAILED, USAGE, INCOMPLETE, NO_SANDBOX, INTERNAL = range(6)


class CourseError(Exception):
    """Base of all errors whose message names the file, id or setting, and the remedy."""

    exit_code = USAGE


class NotReady(CourseError, RuntimeError):
    """Something that grading needs is missing or does not fit together."""
