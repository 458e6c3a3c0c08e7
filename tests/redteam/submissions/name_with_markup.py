# tries: have a name that is an element with a script
# must: be graded, and be text on every page
# points: 15
STUDENT = "<img src=x onerror=alert(1)>{{7*7}}"


def hostile(folder, book, bait):
    return book
