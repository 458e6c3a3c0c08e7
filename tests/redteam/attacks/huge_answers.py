# tries: fill the grader's memory with many large, legal answers
# must: be refused once all of them together are too large
# ask: unreadable
# times: 6
import numpy as np

def attack():
    return np.ones(3 << 20)
