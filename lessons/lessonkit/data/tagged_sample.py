"""Tagged sentences made by this project, for when the English Web Treebank cannot be had.
Deterministic.

They are hard in the way that the lesson on bidirectional networks needs. Some words have two tags
and only the words that follow tell which: "Teddy bears" and "Teddy Miller", "that dog helped" and
"that helped", "has soup" and "has helped", "before lunch" and "before she helped". Others are told
apart by what came before ("the report", "to report"). Words are drawn by Zipf's law and some carry
a prefix, so the test part holds words that training never saw, and their endings say something
about them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lessonkit.data.grammar import Grammar, words

_NOUNS = words(
    "dog cat river market letter garden teacher bridge window kitchen village song engine doctor "
    "island forest painter harbour lantern carpet orchard mirror tunnel kettle ladder meadow "
    "saddle barrel castle pebble"
)
_THINGS = words("lunch soup rain work music tea dinner winter homework bread snow school")
# Noun or verb.
_BOTH = words("report paint train guard plant answer visit walk print drink")
_VERBS = words(
    "help open clean follow watch finish repair remember collect admire borrow discover gather "
    "mention polish"
)
_ADJECTIVES = words(
    "old quiet strange kind bright rough calm grim proud soft stern swift neat bold vague"
)
_NAMES = words("Anna Omar Priya Tomas Yuki Greta Femi Lucia Emil Hana Boris Zahra")
_SURNAMES = words(
    "Miller Okafor Silva Novak Tanaka Berg Haddad Moreau Roosevelt Lindqvist Petrov Castillo Ahmed "
    "Keller Nakamura Dubois"
)
_NAME_OR_THING = {
    "Teddy": ("bears", "toys", "costumes", "slippers"),
    "Rose": ("gardens", "petals", "bushes", "seeds"),
    "Amber": ("beads", "rings", "lights", "stones"),
    "Ivy": ("leaves", "walls", "branches", "fences"),
    "Jasmine": ("tea", "rice", "blossoms", "oil"),
    "Pearl": ("buttons", "divers", "farms", "earrings"),
}
# Adjective before a noun.
_MIXED = words("cold light green square human sweet patient original")
_PARTICLES = ("before", "after", "until", "since")
_STEMS = words("quick dark fair sad sharp mild firm loud blunt plain rude tense")
_PREFIXES = words("re un over mis under out fore super")
_PRONOUNS = ("she", "he", "they", "it", "we")

Tagged = list[tuple[str, str]]


class _Grammar(Grammar):
    """One stream of random sentences."""

    def rare(self, word: str) -> str:
        """Now and then the word gets one prefix or two, so that new words go on appearing."""
        while self.chance(0.22):
            word = self.pick(_PREFIXES) + word
        return word

    # -------------------------------------------------------------------------------------- phrases

    def noun(self) -> Tagged:
        draw = self.rng.random()
        if draw < 0.12:
            return [(self.pick(_MIXED), "NOUN")]
        if draw < 0.3:
            return [(self.rare(self.pick(_BOTH)), "NOUN")]
        if draw < 0.42:
            return [(self.rare(self.pick(_STEMS) + "ness"), "NOUN")]
        return [(self.rare(self.pick(_NOUNS)), "NOUN")]

    def adjective(self) -> Tagged:
        return [
            (self.pick(_MIXED) if self.chance(0.45) else self.rare(self.pick(_ADJECTIVES)), "ADJ")
        ]

    def verb(self, ending: str = "ed") -> Tagged:
        word = self.rare(self.pick(_BOTH if self.chance(0.4) else _VERBS))
        return [(word + (ending[1:] if ending and word.endswith("e") else ending), "VERB")]

    def someone(self) -> Tagged:
        draw = self.rng.random()
        if draw < 0.4:
            return [(self.pick(_PRONOUNS), "PRON")]
        if draw < 0.75:
            return [(self.pick(_NAMES), "PROPN")]
        return [
            (self.pick(_NAMES), "PROPN"),
            (self.rare(self.pick(_SURNAMES)).capitalize(), "PROPN"),
        ]

    def thing(self) -> Tagged:
        """Determiner, perhaps an adjective, noun."""
        determiner = self.pick(("the", "a", "every", "that", "this"))
        return [(determiner, "DET"), *(self.adjective() if self.chance(0.45) else []), *self.noun()]

    def subject(self) -> Tagged:
        draw = self.rng.random()
        if draw < 0.3:
            return self.someone()
        if draw < 0.5:
            return [(self.pick(("that", "this")), "PRON")]
        return self.thing()

    def predicate(self) -> Tagged:
        draw = self.rng.random()
        if draw < 0.2:
            return [("has", "AUX"), *self.verb(), *(self.thing() if self.chance(0.5) else [])]
        if draw < 0.4:
            return [
                ("has", "VERB"),
                *([(self.pick(_THINGS), "NOUN")] if self.chance(0.5) else self.thing()),
            ]
        if draw < 0.55:
            return [*self.verb(), ("to", "PART"), *self.verb(""), *self.thing()]
        if draw < 0.65:
            return [
                *self.verb(),
                ("to", "ADP"),
                *(self.thing() if self.chance(0.5) else self.someone()[-1:]),
            ]
        if draw < 0.8:
            return [*self.verb(), (self.rare(self.pick(_STEMS) + "ly"), "ADV")]
        return [*self.verb(), *self.thing()]

    def when(self) -> Tagged:
        word = self.pick(_PARTICLES)
        draw = self.rng.random()
        if draw < 0.35:
            return [(word, "ADP"), (self.pick(_THINGS), "NOUN")]
        if draw < 0.5:
            return [(word, "ADP"), *self.thing()]
        return [(word, "SCONJ"), *self.subject(), *self.predicate()]

    def sentence(self) -> Tagged:
        draw = self.rng.random()
        if draw < 0.28:
            first = self.pick(tuple(_NAME_OR_THING))
            if self.chance(0.5):
                start = [(first, "NOUN"), (self.pick(_NAME_OR_THING[first]), "NOUN")]
            else:
                start = [(first, "PROPN"), (self.rare(self.pick(_SURNAMES)).capitalize(), "PROPN")]
            body = [*start, *self.predicate()]
        elif draw < 0.42:
            return [
                (self.pick(("Will", "May")), "AUX"),
                *self.someone(),
                *self.verb(""),
                *self.thing(),
                ("?", "PUNCT"),
            ]
        elif draw < 0.52:
            body = [(self.pick(("Will", "May")), "PROPN"), *self.predicate()]
        else:
            (word, tag), *rest = self.subject()
            body = [(word[0].upper() + word[1:], tag), *rest, *self.predicate()]
        return [*body, *(self.when() if self.chance(0.45) else []), (".", "PUNCT")]


def tagged_sentences(samples: int = 4800, seed: int = 9) -> dict[str, list[Any]]:
    """Distinct sentences as words, tags and part (three in four "train"). Stands in for
    `ud-english-ewt`.
    """
    rng = np.random.default_rng(seed)
    grammar = _Grammar(rng)
    found: dict[tuple[str, ...], list[str]] = {}
    while len(found) < samples:
        sentence = grammar.sentence()
        found.setdefault(tuple(word for word, _ in sentence), [tag for _, tag in sentence])
    part = rng.choice(["train", "validation", "test"], size=samples, p=[0.75, 0.1, 0.15]).tolist()
    return {"words": [list(words) for words in found], "tags": list(found.values()), "part": part}
