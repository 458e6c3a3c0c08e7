"""Names made by this project, for when the surnames of 18 languages cannot be had. Deterministic.

Four made-up languages, each with syllables and endings of its own, as real ones have: the letters
of a name say where it may come from, and a name that nobody bears can still sound right.
"""

from __future__ import annotations

import numpy as np

from lessonkit.data.grammar import Grammar, words

# language -> beginnings, middles, ends
_LANGUAGES = {
    "Arvish": (
        words("Ar Bel Dar El Gor Hal Mar Nor Tor Ul Var Bran"),
        words("al en ir or and as und el"),
        words("dal mund rik sen ven gard stad holm"),
    ),
    "Belluni": (
        words("Ba Co Da Fe Gi Lu Ma Pa Ro Sa Ti Vi"),
        words("lle nno ri ta sso cche mbe nti ra"),
        words("ni no li lli tti ri sio cci"),
    ),
    "Oshiran": (
        words("Ka Ha Mi No Sa Shi Ta To Ya Yo Ku O"),
        words("ka mo na ri shi ta wa ya ku ne"),
        words("da ki mura no shi ta wa yama"),
    ),
    "Vetrovian": (
        words("Bog Drag Gro Iv Kar Mil Ost Pet Rad Sta Vet Zor"),
        words("om an im ov ol ush en ar"),
        words("vic nov sky lev kin chuk enko tsev"),
    ),
}
LANGUAGES = tuple(_LANGUAGES)


def made_up_names(samples: int = 2400, seed: int = 14) -> tuple[list[str], np.ndarray]:
    """Distinct names and the number of their language, (samples,). Stands in for `names`."""
    rng = np.random.default_rng(seed)
    grammar = Grammar(rng)
    found: dict[str, int] = {}
    while len(found) < samples:
        language = int(rng.integers(len(LANGUAGES)))
        first, middle, last = _LANGUAGES[LANGUAGES[language]]
        name = grammar.pick(first)
        for _ in range(int(rng.integers(1, 4))):
            name += grammar.pick(middle)
        found.setdefault(name + grammar.pick(last), language)
    return list(found), np.array(list(found.values()))
