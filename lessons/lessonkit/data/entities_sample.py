"""Sentences with named entities made by this project, for when WNUT 2017 cannot be had.
Deterministic.

They are hard in the way of that data set. Names are put together from syllables, so that hardly any
of those in the test part has been seen before; names of two words are one entity; writers drop the
capitals of a name now and then, and begin sentences and stress words with one. What kind of thing a
name is, the words around it say ("lives in", "the new album by"), and some of it its ending.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lessonkit.data.grammar import Grammar, words

_FIRST = words("Anna Omar Priya Tomas Yuki Greta Femi Lucia Emil Hana Boris Zahra Noel Ruth Idris")
_ONSETS = words("b br c d dr f g gl h k kr l m n p pr r s st t tr v z sh")
_VOWELS = words("a e i o u ai ea oo")
_CODAS = words("n r l s m nd rt ck x th")
_ENDS = {
    "person": words("son er ez ov a ini"),
    "location": words("ville ton burg ford stan bay"),
    "group": words("ers ites ists ians"),
    "corporation": words("corp tech soft mart ex"),
    "product": words("ix pod phone us o"),
    "creative-work": words("ia a ing er"),
}
_BEFORE = {
    "person": ("i met", "so proud of", "happy birthday", "someone told", "we miss"),
    "location": ("we drove to", "my aunt lives in", "it is raining in", "back from", "stuck near"),
    "group": ("i saw", "big win for the", "great gig by the", "nobody beats the", "joined the"),
    "corporation": ("i work for", "a job at", "never buy from", "shares of", "called"),
    "product": ("my", "just bought a", "the battery of my", "anyone with a", "i broke the"),
    "creative-work": ("just watched", "i love the film", "the last page of", "reading", "watching"),
}
_AFTER = {
    "person": ("says hi", "who is my friend", "is so funny", "and her sister", "at the party"),
    "location": (
        "this weekend",
        "where it is cold",
        "city centre",
        "and the whole coast",
        "by bus",
    ),
    "group": ("live on stage", "last season", "fans everywhere", "at the stadium", "in the final"),
    "corporation": ("support is slow", "closed its shop", "pays me well", "raised prices", "again"),
    "product": ("for sale", "which is broken", "with a new screen", "and it works", "charger"),
    "creative-work": ("on tv", "and cried at the end", "for the third time", "last night", ""),
}
_FILLERS = words("lol omg today really so just now again tonight yes no wow please guys")
_PLAIN = (
    "cannot sleep and the rain is loud", "who wants to get lunch later", "my phone died again",
    "the bus is late as always", "that was the best weekend", "i need coffee and a new job",
    "good morning to everyone", "this song is stuck in my head", "we miss the summer so much",
    "i met nobody at the party", "back from work and so tired",
)  # fmt: skip

Tagged = list[tuple[str, str]]


class _Grammar(Grammar):
    """One stream of short messages."""

    def name(self, kind: str) -> list[str]:
        """A name of one word or of two, put together from syllables."""
        made = self.pick(_ONSETS) + self.pick(_VOWELS) + self.pick(_CODAS)
        while self.chance(0.3):
            made = self.pick(_ONSETS) + self.pick(_VOWELS) + made
        made += self.pick(_ENDS[kind])
        if kind == "person" and self.chance(0.6):
            return [self.pick(_FIRST), made.capitalize()]
        if kind in ("creative-work", "product") and self.chance(0.4):
            return [made.capitalize(), self.pick(("Two", "Return", "Plus", "Nights", "Mini"))]
        return [made.capitalize()]

    def entity(self) -> Tagged:
        """An entity between words that go with its kind."""
        kind = self.pick(tuple(_BEFORE))
        spelt = self.name(kind)
        if self.chance(0.2):
            spelt = [word.lower() for word in spelt]
        marks = [f"B-{kind}"] + [f"I-{kind}"] * (len(spelt) - 1)
        around = [self.pick(_BEFORE[kind]).split(), self.pick(_AFTER[kind]).split()]
        before, after = ([(word, "O") for word in part] for part in around)
        return [*before, *zip(spelt, marks, strict=True), *after]

    def plain(self) -> Tagged:
        """Words without an entity; now and then one is stressed by capitals."""
        said = self.pick(_PLAIN).split()
        return [(w.capitalize() if self.chance(0.08) else w, "O") for w in said]

    def message(self) -> Tagged:
        said = self.plain() if self.chance(0.45) else self.entity()
        while self.chance(0.35):
            said += [(self.pick(("and", ",", ".")), "O")]
            said += self.entity() if self.chance(0.4) else self.plain()
        while self.chance(0.4):
            said.insert(0, (self.pick(_FILLERS), "O"))
        if self.chance(0.6):
            (word, tag), *rest = said
            said = [(word[0].upper() + word[1:], tag), *rest]
        return [*said, (self.pick((".", "!", "?")), "O")]


def messages_with_entities(samples: int = 3000, seed: int = 15) -> dict[str, list[Any]]:
    """Distinct messages as words, tags and part (two in three "train"). Stands in for `wnut17`."""
    rng = np.random.default_rng(seed)
    grammar = _Grammar(rng)
    found: dict[tuple[str, ...], list[str]] = {}
    while len(found) < samples:
        message = grammar.message()
        found.setdefault(tuple(word for word, _ in message), [tag for _, tag in message])
    part = rng.choice(["train", "validation", "test"], size=samples, p=[0.66, 0.14, 0.2]).tolist()
    return {"words": [list(words) for words in found], "tags": list(found.values()), "part": part}
