# tries: have a name that a spreadsheet computes
# must: be graded, and be text in every table
# points: 15
STUDENT = '=HYPERLINK("http:\\\\evil","x"),@SUM(1)'


def hostile(folder, book, bait):
    return book
