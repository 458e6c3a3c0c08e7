"""What people do, one event after the other: weeks of a bank account and visits to a shop, made by
rules that are known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BANK_EVENTS = (
    "[PAD]", "login", "address change", "transfer", "new device",
    "balance", "statement", "card payment", "message", "help", "budget", "search",
)  # fmt: skip
BANK_KINDS = ("fraud", "turned", "login between", "slow", "ordinary")
BANK_LENGTH = 40
_LOGIN, _ADDRESS, _TRANSFER, _DEVICE = 1, 2, 3, 4
_STORY = np.array([_ADDRESS, _TRANSFER, _DEVICE])
_TURNED = np.array(
    [
        [_TRANSFER, _ADDRESS, _DEVICE],
        [_ADDRESS, _DEVICE, _TRANSFER],
        [_DEVICE, _ADDRESS, _TRANSFER],
        [_TRANSFER, _DEVICE, _ADDRESS],
        [_DEVICE, _TRANSFER, _ADDRESS],
    ]
)
_VISITS = 4
_PAUSES = 3


def bank_weeks(samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weeks of bank accounts, each drawn once and told in five ways, the `BANK_KINDS`.

    A fraud is an address change, a high transfer and a new device, in this order, within one hour
    and with no login in between. Its twins hold the same events and the same gaps: "turned" has the
    three in another order, "login between" a login before the new device, "slow" a long pause
    between address change and transfer. In an "ordinary" week one of the three is missing from the
    visit. The other visits hold two or three of the same events, never the whole story: decoys.
    Between two of the three stands at least one event that means nothing.

    Returns `events` (samples, kinds, time), ids of `BANK_EVENTS` padded with 0 on the right, int32,
    and `minutes` of the same shape, float32: the time since the event before, 0 in the padding.
    """
    rng = np.random.default_rng(seed)
    events = np.zeros((samples, len(BANK_KINDS), BANK_LENGTH), "int32")
    minutes = np.zeros(events.shape, "float32")
    for sample in range(samples):
        week, at = _week(rng)
        gaps, pause = _gaps(rng, week, at)
        login = at[2] + int(np.flatnonzero(week[at[2] :] == _LOGIN)[0])
        for k, kind in enumerate(BANK_KINDS):
            told, passed = week.copy(), gaps.copy()
            told[at] = _STORY
            if kind == "turned":
                told[at] = _TURNED[rng.integers(len(_TURNED))]
            elif kind == "login between":
                told[[at[2], login]] = told[[login, at[2]]]
                passed[[at[2], login]] = passed[[login, at[2]]]
            elif kind == "slow":
                between = rng.integers(at[0] + 1, at[1] + 1)
                passed[[between, pause]] = passed[[pause, between]]
            elif kind == "ordinary":
                told[at] = rng.integers(_DEVICE + 1, len(BANK_EVENTS), 3)
                told[at[:2]] = rng.permutation(_STORY)[:2]
            events[sample, k, : len(told)], minutes[sample, k, : len(told)] = told, passed
    return events, minutes


def _week(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The visits of a week with their decoys, and the three places of the story, in one of them."""
    visits: list[np.ndarray] = []
    story, at = rng.integers(_VISITS - 1), np.zeros(3, int)  # a login follows the story
    for number in range(_VISITS):
        meaningless = rng.integers(7, 10)
        visit = np.concatenate([[_LOGIN], rng.integers(_DEVICE + 1, len(BANK_EVENTS), meaningless)])
        places = 2 + np.sort(rng.choice(meaningless - 4, 3, replace=False)) + np.arange(3)
        if number == story:
            at = sum(map(len, visits)) + places
        elif rng.random() < 0.6:
            visit[places] = _TURNED[rng.integers(len(_TURNED))]
        else:
            visit[places[:2]] = rng.permutation(_STORY)[:2]
        visits.append(visit)
    return np.concatenate(visits), at


def _gaps(rng: np.random.Generator, week: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, int]:
    """Minutes before each event, and the place of a long pause outside the story."""
    gaps = np.where(
        week == _LOGIN, rng.uniform(600, 4000, len(week)), rng.uniform(0.2, 5, len(week))
    )
    places = np.arange(len(week))
    idle = np.flatnonzero((week > _DEVICE) & ((places < at[0]) | (places > at[2])))
    left_open = rng.choice(idle, _PAUSES, replace=False)
    gaps[left_open] = rng.uniform(600, 4000, _PAUSES)
    return gaps, int(left_open[0])


SHOP_END = "[END]"
_AT_THE_TILL = {"advert": "enter code", "newsletter": "sign in", "direct": "guest"}
_SHOP = {
    "home": {"search": 0.6, "product": 0.4},
    "search": {"product": 0.6, "search": 0.2, "reviews": 0.15, SHOP_END: 0.05},
    "product": {"product": 0.3, "reviews": 0.3, "search": 0.2, "basket": 0.15, SHOP_END: 0.05},
    "basket": {"checkout": 0.6, "search": 0.4},
    "pay": {SHOP_END: 1.0},
}


def shop_next(visit: Sequence[str]) -> dict[str, float]:
    """What may come next in a visit to the shop, with its probability: the truth about
    `shop_visits`.

    Where somebody came from decides what they do at the checkout, however long ago that was; and
    from the reviews people mostly go back to where they were.
    """
    if not visit:
        return dict.fromkeys(_AT_THE_TILL, 1 / len(_AT_THE_TILL))
    last = visit[-1]
    if last in _AT_THE_TILL:
        return {"home": 0.3, "search": 0.4, "product": 0.3}
    if last == "reviews":
        return {visit[-2]: 0.8, "basket": 0.15, SHOP_END: 0.05}
    if last == "checkout":
        return {_AT_THE_TILL[visit[0]]: 0.9, SHOP_END: 0.1}
    if last in _AT_THE_TILL.values():
        return {"pay": 0.9, SHOP_END: 0.1}
    return dict(_SHOP[last])


def shop_visits(samples: int, seed: int, longest: int = 40) -> list[tuple[str, ...]]:
    """Visits to a shop, drawn from `shop_next`; those of more than `longest` events are drawn
    again. The end is not part of a visit.
    """
    rng = np.random.default_rng(seed)
    visits: list[tuple[str, ...]] = []
    while len(visits) < samples:
        visit: list[str] = []
        while len(visit) <= longest:
            chances = shop_next(visit)
            event = list(chances)[rng.choice(len(chances), p=list(chances.values()))]
            if event == SHOP_END:
                visits.append(tuple(visit))
                break
            visit.append(event)
    return visits
