# tries: delete every name that the grader will ask for, and every module
# must: cost this student's own answers only
# honest: lost
# ask: missing, error, died, unreadable, timeout
# seconds: 2
import sys

del sys.modules["numpy"]
globals().clear()
