"""Arguments of which some hold whole numbers and all others fractions."""

import numpy as np


def whole_alone(shapes, groups):
    """For each group of positions, its name and arguments of these shapes: whole numbers there, fractions elsewhere.

    What is cut to the type of a whole argument shows here, and not where all arguments are whole. The numbers are
    always the same: none is 0, and no fraction lies within a tenth of a whole number.
    """
    rng = np.random.default_rng(1)
    for name, places in groups.items():
        fractions = [rng.choice([-1, 1], shape) * rng.integers(1, 5, shape) / 5 for shape in shapes]
        yield name, [np.rint(5 * array).astype(int) if k in places else array for k, array in enumerate(fractions)]
