# tries: leave by SystemExit, and by an exception of its own that derives from BaseException
# must: be the student's own error
# ask: error
# error: Leave
import sys

class Leave(BaseException):
    pass

def attack():
    try:
        sys.exit(0)
    except SystemExit:
        raise Leave("out of here")
