# tries: end the process while the notebook's cells are still being executed
# must: be recorded for this cell; the other cells are executed in a new process
# cell: died
# ask: missing
import os
os._exit(7)
