"""A long text made by this project, for when a book cannot be had: the log of an observatory.
Deterministic.

It begins with prose and goes on with entries from a grammar. It is hard in the way that language
models need: spelling is regular, words follow Zipf's law, and an entry remembers. Who came, to what
place, with which thing and in what weather is said once and decides words several sentences later
("she" or "he", "the lamp", "the rain"), so a model that forgets after a few letters cannot know
them. Guests and villages have names that are made up for their entry: whoever learns the training
text by heart has learnt nothing about the next guest.
"""

from __future__ import annotations

import textwrap

import numpy as np

from lessonkit.data.grammar import Grammar, words

_COLUMNS = 120  # of a line of the preface

_PREFACE = """\
The Log of the Hill Observatory

We began to write this log because nobody could remember the order of things. Everybody knew that
the roof had been repaired and that the clock had stopped, but half of us held that the clock had
stopped first. It matters. A clock that stops after a repair has a cause that can be found, and a
clock that stops before it has another. So we agreed on a rule: one entry a day, in the order in
which things happened, and no page to be torn out.

A log is read from the beginning to the end, and what is written today can be understood only from
what was written yesterday. Whoever opens it in the middle meets a lamp, a visitor or a storm
without knowing where they came from. After some pages the reader begins to guess. Where the entry
says that the evening was clear, the telescope comes next. Where it says that the wind rose,
somebody will close the shutters. Readers learn how such entries go, although nobody has told them
the rule, and they are surprised only where something new has happened.

That surprise can be counted. The keeper made a game of it in the long winter. She covered the page
with a card and moved it by one letter at a time, and the others had to say what came next. After
the letters of a common beginning they were almost always right. At the first letter of a new word
they were often wrong. When they had read the whole entry aloud beforehand they laughed and said
that the game was no game any more, for an answer that is seen is not a guess.

There is little else to say. The hill is steep, the nights are cold, and the coffee is strong. The
entries follow.
"""

_WOMEN = ("Marta", "Ilse", "Noor", "Tamsin", "Odile", "Renata")
_MEN = ("Anton", "Joris", "Emeka", "Silas", "Bruno", "Tadeus")
_PLACES = words(
    "tower harbour workshop library garden bridge cellar station orchard quarry chapel market "
    "lighthouse mill"
)
_THINGS = words(
    "lamp letter mirror rope ladder map lens kettle compass basket blanket notebook hammer "
    "barometer violin telescope"
)
_WEATHER = {
    "rain": ("rainy", "the roof leaked", "the gutters ran over"),
    "fog": ("foggy", "nobody saw the valley", "the bell was rung"),
    "snow": ("snowy", "the path was closed", "the shutters froze"),
    "wind": ("windy", "the doors banged", "the flag was torn"),
    "frost": ("frosty", "the pump stood still", "the windows were white"),
    "sun": ("sunny", "the walls were warm", "the cats slept outside"),
}
_WORK = (
    "repaired", "cleaned", "measured", "counted", "painted", "carried", "sorted", "polished",
    "searched for", "wrapped up", "lent away", "brought back",
)  # fmt: skip
_MOODS = (
    "slowly", "without a word", "with great care", "for the second time",
    "before anybody was awake", "in a hurry", "as the custom is", "while the others were asleep",
    "with cold hands", "to everybody's surprise",
)  # fmt: skip
_STARS = (
    "Vega", "Rigel", "Altair", "Capella", "the old comet", "the moon", "Saturn",
    "the northern lights",
)  # fmt: skip
_QUALITIES = (
    "bright", "faint", "reddish", "perfectly steady", "lower than expected",
    "hidden behind a cloud", "clearer than last week", "difficult to find",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_KINDS = words(
    "old heavy borrowed broken second copper narrow painted missing useful foreign wooden noisy "
    "green patched precious simple round empty rusty"
)
_ONSETS = tuple("kmrvltsndbgpfhzjw") + ("br", "st", "gr", "kl", "th", "sk")
_VOWELS = ("a", "e", "i", "o", "u", "ei", "au")
_CODAS = ("", "n", "r", "l", "s", "m", "nd", "rk", "x", "ck")
_TRADES = (
    "a baker", "a sailor", "a surveyor", "a pupil", "a merchant", "a musician", "an engineer",
    "a judge",
)  # fmt: skip
_ENDS = ("broke", "was lost", "fell")
_HOURS = ("six", "seven", "eight", "nine", "ten", "eleven")


class _Grammar(Grammar):
    """One stream of random entries."""

    def name(self) -> str:
        """A made-up name of two or three syllables, all of them equally likely."""
        syllables = (
            "".join(self.rng.choice(part) for part in (_ONSETS, _VOWELS, _CODAS))
            for _ in range(self.rng.integers(2, 4))
        )
        return "".join(syllables).capitalize()

    def guest(self, thing: str) -> list[str]:
        """Some sentences about somebody who comes once; name and village are made up and come back
        in the entry.
        """
        guest, village = self.name(), self.name()
        said = [
            f"{guest} asked for the {self.pick(_KINDS)} {thing} "
            f"and left for {village} at {self.pick(_HOURS)}.",
            f"In {village}, {guest} told us, "
            f"nobody has a {self.pick(_KINDS)} {self.pick(_THINGS)}.",
            f"The {self.pick(_KINDS)} {self.pick(_THINGS)} of {guest} {self.pick(_ENDS)}.",
        ]
        self.rng.shuffle(said)
        return [
            f"{guest}, {self.pick(_TRADES)} from {village}, came to see us.",
            *said[: self.rng.integers(1, 4)],
        ]

    def entry(self, day: str) -> str:
        """Four to twelve sentences about one day; person, place, thing and weather stay the same
        throughout.
        """
        woman = self.chance(0.5)
        who = self.pick(_WOMEN if woman else _MEN)
        she, her = ("she", "her") if woman else ("he", "his")
        place, thing, sky = self.pick(_PLACES), self.pick(_THINGS), self.pick(tuple(_WEATHER))
        adjective, effects = _WEATHER[sky][0], _WEATHER[sky][1:]
        beginnings = (
            f"{day} was {adjective}, and {self.pick(effects)}.",
            f"On {day} the {sky} came at {self.pick(_HOURS)}, and {self.pick(effects)}.",
            f"{day}. The {sky} did not end before {self.pick(_HOURS)}.",
        )
        sentences = [self.pick(beginnings)]
        deeds = (
            f"{who} went to the {place} and {self.pick(_WORK)} the {thing}.",
            f"{who} came from the {place} with {her} {thing} "
            f"and said that the {sky} was nothing new.",
            f"{who} was seen near the {place} at {self.pick(_HOURS)} "
            f"and {self.pick(_WORK)} a {thing}.",
        )
        sentences.append(self.pick(deeds))
        middle = [
            f"Then {she} {self.pick(_WORK)} the {self.pick(_KINDS)} {thing} {self.pick(_MOODS)}.",
            f"Because of the {sky} {she} stayed at the {place} until {self.pick(_HOURS)}.",
            f"Nobody at the {place} had asked for a {thing}, "
            f"but {she} {self.pick(_WORK)} it {self.pick(_MOODS)}.",
            f"We asked {who} about the {thing}, "
            f"and {she} answered that it belonged to the {place}.",
            f"{who} said: the {sky} spoils every {thing} that is left at the {place}.",
            f"{she.capitalize()} had forgotten {her} gloves, and the {thing} was cold.",
            f"If the {sky} goes on, {she} will bring the {thing} back "
            f"to the {place} {self.pick(_MOODS)}.",
        ]
        self.rng.shuffle(middle)
        sentences += middle[: self.rng.integers(1, 5)]
        if self.chance(0.7):
            sentences += self.guest(thing)
        if self.chance(0.6):
            star = self.pick(_STARS)
            sentences.append(
                f"In the night {star} was {self.pick(_QUALITIES)}, and {who} wrote it down."
            )
        if self.chance(0.4):
            where = self.pick(("in the library", "on the table", f"at the {place}"))
            sentences.append(f"The {thing} is now {where}.")
        return " ".join(sentences)


def _preface() -> str:
    """The prose at the beginning, set in lines of 120 columns at most."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in _PREFACE.split("\n\n"))
    return "".join(textwrap.fill(paragraph, _COLUMNS) + "\n\n" for paragraph in paragraphs)


def observatory_log(characters: int = 60_000, seed: int = 11) -> str:
    """The log, of at least so many characters and whole entries, one paragraph a day."""
    grammar = _Grammar(np.random.default_rng(seed))
    parts = [_preface()]
    length, day = len(parts[0]), 0
    while length < characters:
        entry = grammar.entry(_DAYS[day % 7]) + "\n\n"
        parts.append(entry)
        length, day = length + len(entry), day + 1
    return "".join(parts)
