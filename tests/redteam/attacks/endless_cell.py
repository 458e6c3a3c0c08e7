# tries: hang while the notebook's cells are executed
# must: be recorded for this cell; the other cells are executed
# cell: timeout
# ask: missing
while True:
    pass
