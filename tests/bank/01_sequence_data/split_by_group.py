# %% 01 right: a boolean array and flatnonzero on both sides
def split_by_group(groups, test_percent):
    if not 0 <= test_percent <= 100:
        raise ValueError(f"test_percent must lie between 0 and 100, not {test_percent}")
    tested = np.array([fixed_number(group) < test_percent for group in groups], dtype=bool)
    return np.flatnonzero(~tested), np.flatnonzero(tested)

# %% 02 wrong: "<=" tests a group whose number is exactly test_percent, so even 0 percent can test one
def split_by_group(groups, test_percent):
    if test_percent < 0 or test_percent > 100:
        raise ValueError("test_percent must be from 0 to 100")
    train, test = [], []
    for row, group in enumerate(groups):
        if fixed_number(group) <= test_percent:
            test.append(row)
        else:
            train.append(row)
    return np.array(train, dtype=int), np.array(test, dtype=int)

# %% 03 wrong: np.array of an empty list holds floats, so a side without rows is no integer array
def split_by_group(groups, test_percent):
    if test_percent < 0 or test_percent > 100:
        raise ValueError("test_percent must be from 0 to 100")
    train = [i for i, g in enumerate(groups) if fixed_number(g) >= test_percent]
    test = [i for i, g in enumerate(groups) if fixed_number(g) < test_percent]
    return np.array(train), np.array(test)

# %% 04 wrong: 0 and 100 themselves raise the error, although both are allowed
def split_by_group(groups, test_percent):
    if not 0 < test_percent < 100:
        raise ValueError(f"test_percent is {test_percent}: it must lie between 0 and 100")
    numbers = np.array([fixed_number(group) for group in groups], dtype=int)
    return np.where(numbers >= test_percent)[0], np.where(numbers < test_percent)[0]

# %% 05 right: decides once for each group, then goes through the rows with two lists
def split_by_group(groups, test_percent):
    if test_percent < 0:
        raise ValueError("test_percent is below 0")
    if test_percent > 100:
        raise ValueError("test_percent is above 100")
    tested = {name for name in set(groups) if fixed_number(name) < test_percent}
    sides = ([], [])
    for row, name in enumerate(groups):
        sides[name in tested].append(row)
    train, test = (np.array(side, dtype=np.int64) for side in sides)
    return train, test

# %% 06 wrong: collects the rows group by group, so the positions do not rise where the groups are mixed
def split_by_group(groups, test_percent):
    if not 0 <= test_percent <= 100:
        raise ValueError("test_percent must be from 0 to 100")
    rows = {}
    for row, group in enumerate(groups):
        rows.setdefault(group, []).append(row)
    train, test = [], []
    for group, members in rows.items():
        if fixed_number(group) < test_percent:
            test.extend(members)
        else:
            train.extend(members)
    return np.array(train, dtype=int), np.array(test, dtype=int)

# %% 07 wrong: the names go into an array of 8 characters, which cuts longer names, so their number is that of another name
def split_by_group(groups, test_percent):
    if test_percent < 0 or test_percent > 100:
        raise ValueError("test_percent must not be below 0 or above 100")
    names = np.array(groups, dtype="U8")
    numbers = np.zeros(len(names), dtype=int)
    for name in np.unique(names):
        numbers[names == name] = fixed_number(str(name))
    positions = np.arange(len(names))
    return positions[numbers >= test_percent], positions[numbers < test_percent]

# %% 08 wrong: test_percent is checked inside the loop over the rows, so without rows a percentage out of range raises no error
def split_by_group(groups, test_percent):
    train, test = [], []
    for position, name in enumerate(groups):
        if test_percent < 0 or test_percent > 100:
            raise ValueError(f"test_percent={test_percent} is not from 0 to 100")
        side = test if fixed_number(name) < test_percent else train
        side.append(position)
    return np.array(train, dtype=np.int64), np.array(test, dtype=np.int64)

# %% 09 wrong: takes test_percent as the share of the groups to test, those with the smallest numbers, so the side of a group depends on the other groups
def split_by_group(groups, test_percent):
    if not 0 <= test_percent <= 100:
        raise ValueError("test_percent must lie from 0 to 100")
    names = sorted(set(groups), key=lambda name: (fixed_number(name), name))
    count = round(len(names) * test_percent / 100)
    tested = set(names[:count])
    train = np.array([i for i, name in enumerate(groups) if name not in tested], dtype=int)
    test = np.array([i for i, name in enumerate(groups) if name in tested], dtype=int)
    return train, test

# %% 10 right: numbers once for each different name, the training rows as the set difference
def split_by_group(groups, test_percent):
    if test_percent < 0 or test_percent > 100:
        raise ValueError(f"test_percent must be from 0 to 100, but is {test_percent}")
    number = {}
    for name in groups:
        if name not in number:
            number[name] = fixed_number(name)
    everything = np.arange(len(groups))
    numbers = np.fromiter((number[name] for name in groups), dtype=np.int64, count=len(groups))
    test = everything[numbers < test_percent]
    train = np.setdiff1d(everything, test, assume_unique=True)
    return train, test

# %% 11 wrong: returns two lists in place of two integer arrays
def split_by_group(groups, test_percent):
    if not (0 <= test_percent <= 100):
        raise ValueError("test_percent out of range: 0 to 100")
    train = []
    test = []
    for i in range(len(groups)):
        if fixed_number(groups[i]) < test_percent:
            test.append(i)
        else:
            train.append(i)
    return train, test

# %% 12 right: fills two arrays of integers that are large enough and cuts them
def split_by_group(groups, test_percent):
    if test_percent < 0 or test_percent > 100:
        raise ValueError("only 0 to 100 per cent can be tested")
    train, test = np.empty(len(groups), dtype=int), np.empty(len(groups), dtype=int)
    n_train = n_test = 0
    for row, group in enumerate(groups):
        if fixed_number(group) < test_percent:
            test[n_test] = row
            n_test += 1
        else:
            train[n_train] = row
            n_train += 1
    return train[:n_train], test[:n_test]

# %% 13 wrong: tidies the names with strip and lower first, so "Ann" gets the number of "ann" and not its own
def split_by_group(groups, test_percent):
    if not 0 <= test_percent <= 100:
        raise ValueError("test_percent has to be from 0 to 100")
    names = [group.strip().lower() for group in groups]
    tested = np.array([fixed_number(name) < test_percent for name in names], dtype=bool)
    rows = np.arange(len(names))
    return rows[~tested], rows[tested]
