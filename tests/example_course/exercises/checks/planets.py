"""What is checked in the unit `planets`. The solutions are in the notebook; nothing here repeats them."""

from autograder.authoring import Case, Unit

unit = Unit("planets", title="Planets", needs=("numpy",))

# An exercise has the name of its function. Its points are the sum of its criteria.
period = unit.exercise("period", points=6, seconds=2)


# Inputs come from a generator of random numbers, so the secret cases for grading are others than the public ones.
@period.cases
def _(rng, size):
    yield Case("four planets", rng.uniform(0.3, 40.0, size=4))
    if size == "secret":
        yield Case("many planets", rng.uniform(0.3, 40.0, size=50))


# Criteria are in order. One that needs another is "not reached" when that one fails: no second loss for one mistake.
period.shape("shape", points=2, title="One period for each planet")
period.values("values", points=4, needs=["shape"], title="The periods are right")

# A mistake that students make: found by its results, and explained to the student who made it.
period.mistake(
    "inverse",
    "You took the power 2/3. From a to P it is the other way round: 3/2.",
    patch=[("a ** 1.5", "a ** (2 / 3)")],
)
period.mistake(
    "square",
    "You squared the axis. Kepler's third law squares the period and cubes the axis.",
    patch=[("a ** 1.5", "a ** 2")],
)

# An unusual solution that is right. The audit makes sure that it is accepted.
period.alternative("square root of the cube", patch=[("a ** 1.5", "np.sqrt(a ** 3)")])

speed = unit.exercise("mean_speed", points=4, seconds=2)


@speed.cases
def _(rng, size):
    yield Case("three planets", rng.uniform(0.3, 40.0, size=3 if size == "public" else 9))


speed.shape("shape", points=1, title="One speed for each planet")
speed.values("values", points=3, needs=["shape"], title="The speeds are right, in km/s")
speed.mistake(
    "radius",
    "You divided the radius by the time. A planet travels the whole circle, 2πa.",
    patch=[("2 * np.pi * a", "a")],
)
speed.alternative(
    "from the speed of the Earth",
    source="""
                  def mean_speed(a):
                      return 2 * np.pi * AU / YEAR / np.sqrt(a)
                  """,
)
