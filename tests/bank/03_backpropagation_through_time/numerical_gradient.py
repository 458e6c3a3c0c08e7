# %% 01 right: np.ndindex over a float64 copy, one number set and put back
def numerical_gradient(loss, theta, epsilon=1e-5):
    work = np.array(theta, dtype=np.float64)
    gradient = np.zeros(work.shape)
    for index in np.ndindex(work.shape):
        old = work[index]
        work[index] = old + epsilon
        up = loss_at(loss, work)
        work[index] = old - epsilon
        down = loss_at(loss, work)
        work[index] = old
        gradient[index] = (up - down) / (2 * epsilon)
    return gradient

# %% 02 wrong: only integers are turned into float64, so with float32 the step is rounded away or to another size
def numerical_gradient(loss, theta, epsilon=1e-5):
    point = np.array(theta)
    if np.issubdtype(point.dtype, np.integer):
        point = point.astype(float)
    gradient = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        up, down = point.copy(), point.copy()
        up[index] += epsilon
        down[index] -= epsilon
        gradient[index] = (loss_at(loss, up) - loss_at(loss, down)) / (2 * epsilon)
    return gradient

# %% 03 wrong: the gradient takes its type from theta, so with an integer theta its fractions are cut off
def numerical_gradient(loss, theta, epsilon=1e-5):
    gradient = np.zeros_like(theta)
    for index in np.ndindex(theta.shape):
        up = theta.astype(float)
        down = theta.astype(float)
        up[index] = up[index] + epsilon
        down[index] = down[index] - epsilon
        gradient[index] = (loss_at(loss, up) - loss_at(loss, down)) / (2 * epsilon)
    return gradient

# %% 04 wrong: np.asarray makes no copy of a float64 theta, and adding and subtracting the step does not lead back exactly, so theta is changed in its last digits
def numerical_gradient(loss, theta, epsilon=1e-5):
    theta = np.asarray(theta, dtype=float)
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += epsilon
        plus = loss_at(loss, theta)
        theta[index] -= 2 * epsilon
        minus = loss_at(loss, theta)
        theta[index] += epsilon
        gradient[index] = (plus - minus) / (2 * epsilon)
    return gradient

# %% 05 right: a vector with one step in it, reshaped, as direction for each number
def numerical_gradient(loss, theta, epsilon=1e-5):
    theta = np.asarray(theta, dtype=float)
    places = np.arange(theta.size)
    directions = (np.where(places == k, epsilon, 0.0).reshape(theta.shape) for k in places)
    slopes = [
        (loss_at(loss, np.array(theta + d)) - loss_at(loss, np.array(theta - d))) / (2 * epsilon)
        for d in directions
    ]
    return np.array(slopes, dtype=float).reshape(theta.shape)

# %% 06 wrong: ravel of a transposed (column by column) array is a copy, so the steps never reach the loss and the gradient is zero there
def numerical_gradient(loss, theta, epsilon=1e-5):
    work = np.array(theta, dtype=float)
    flat = work.ravel()
    gradient = np.zeros(work.size)
    for k in range(work.size):
        old = flat[k]
        flat[k] = old + epsilon
        up = loss_at(loss, work)
        flat[k] = old - epsilon
        down = loss_at(loss, work)
        flat[k] = old
        gradient[k] = (up - down) / (2 * epsilon)
    return gradient.reshape(work.shape)

# %% 07 wrong: walks over the first axis only, so in a matrix a whole row moves at once and all its numbers get the sum
def numerical_gradient(loss, theta, epsilon=1e-5):
    theta = np.array(theta, dtype=float)
    if theta.ndim == 0:
        return np.array((loss_at(loss, theta + epsilon) - loss_at(loss, theta - epsilon)) / (2 * epsilon))
    gradient = np.zeros_like(theta)
    for i in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[i] += epsilon
        down[i] -= epsilon
        gradient[i] = (loss_at(loss, up) - loss_at(loss, down)) / (2 * epsilon)
    return gradient

# %% 08 wrong: the number is not put back after its turn, so later numbers are measured at a shifted theta
def numerical_gradient(loss, theta, epsilon=1e-5):
    work = np.array(theta, dtype=float)
    gradient = np.zeros(work.shape)
    for index in np.ndindex(work.shape):
        start = work[index]
        work[index] = start + epsilon
        up = loss_at(loss, work)
        work[index] = start - epsilon
        down = loss_at(loss, work)
        gradient[index] = (up - down) / (2 * epsilon)
    return gradient

# %% 09 right: a recursion over the axes, down to single numbers
def numerical_gradient(loss, theta, epsilon=1e-5):
    point = np.asarray(theta).astype(np.float64)
    result = np.empty(point.shape, dtype=np.float64)

    def moved(index, step):
        other = point.copy()
        other[index] = point[index] + step
        return loss_at(loss, other)

    def walk(index):
        if len(index) == point.ndim:
            result[index] = (moved(index, epsilon) - moved(index, -epsilon)) / (2 * epsilon)
            return
        for k in range(point.shape[len(index)]):
            walk((*index, k))

    walk(())
    return result

# %% 10 wrong: a formula of five points, closer to the true gradient but not the asked one, so the tiny example gives 12 and not 12.01
def numerical_gradient(loss, theta, epsilon=1e-5):
    theta = np.asarray(theta, dtype=float)

    def at(index, step):
        moved = theta.copy()
        moved[index] += step
        return loss_at(loss, moved)

    gradient = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        near = at(index, epsilon) - at(index, -epsilon)
        far = at(index, 2 * epsilon) - at(index, -2 * epsilon)
        gradient[index] = (8 * near - far) / (12 * epsilon)
    return gradient

# %% 11 wrong: np.atleast_1d gives a single number an axis that it does not have, so the gradient has the shape (1,) and not ()
def numerical_gradient(loss, theta, epsilon=1e-5):
    theta = np.atleast_1d(np.array(theta, dtype=float))
    gradient = np.zeros(theta.shape)
    for index, value in np.ndenumerate(theta):
        up, down = theta.copy(), theta.copy()
        up[index] = value + epsilon
        down[index] = value - epsilon
        gradient[index] = (loss_at(loss, up) - loss_at(loss, down)) / (2 * epsilon)
    return gradient

# %% 12 right: flat positions in a list of Python floats, a new array for each evaluation
def numerical_gradient(loss, theta, epsilon=1e-5):
    shape = np.shape(theta)
    numbers = [float(number) for number in np.ravel(theta)]

    def value(k, number):
        changed = numbers[:k] + [number] + numbers[k + 1 :]
        return loss_at(loss, np.array(changed, dtype=float).reshape(shape))

    slopes = np.zeros(len(numbers))
    for k, number in enumerate(numbers):
        slopes[k] = (value(k, number + epsilon) - value(k, number - epsilon)) / (2 * epsilon)
    return slopes.reshape(shape)

# %% 13 wrong: the step grows with the size of the number, so it is not epsilon where a number is larger than 1
def numerical_gradient(loss, theta, epsilon=1e-5):
    base = np.array(theta, dtype=np.float64)
    gradient = np.empty_like(base)
    it = np.nditer(base, flags=["multi_index", "zerosize_ok"])
    for number in it:
        index = it.multi_index
        step = epsilon * max(1.0, abs(float(number)))
        up, down = base.copy(), base.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (loss_at(loss, up) - loss_at(loss, down)) / (2 * step)
    return gradient
