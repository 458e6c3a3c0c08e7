"""Unusual solutions that are right. The audit sees that they are accepted.

Read as text, never imported: names that the notebook defines are used.
"""


def period__square_root(a):
    """square root of the cube"""
    return np.sqrt(a**3)


def mean_speed__from_the_earth(a):
    """from the speed of the Earth"""
    return 2 * np.pi * AU / YEAR / np.sqrt(a)
