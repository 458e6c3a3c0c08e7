"""Makes the fixtures of tests/support known here."""

from fixtures import any_course, postgres, ready_course, toy_course, warm_pool  # noqa: F401
