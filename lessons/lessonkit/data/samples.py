"""Built-in samples: small data made by this project, for when the real data cannot be had.

The sentiment grammar is hard in the way that sequence lessons need. Negation turns a word round ("not dull"),
contrast decides by its last part ("slow, but moving") or by its first ("moving, although slow"), and both opinions
use the same words. So the words alone give a clue, and their order gives the answer.
"""

from __future__ import annotations

import numpy as np

_SUBJECTS = ("the movie", "the film", "the story", "the plot", "the acting", "the ending", "the script", "the cast",
             "the dialogue", "the music", "the camera work", "the first half", "the last act", "the director's work",
             "this comedy", "this drama", "the whole thing", "the lead actor", "the romance", "the villain")  # fmt: skip
_GOOD = ("good", "great", "moving", "funny", "clever", "charming", "fresh", "amazing", "touching", "gripping", "smart",
         "warm", "bold", "brilliant", "lovely", "honest", "vivid", "delightful", "sharp", "rich")  # fmt: skip
_BAD = ("bad", "dull", "boring", "slow", "weak", "silly", "flat", "tired", "long", "clumsy", "empty", "messy", "cold",
        "awful", "predictable", "shallow", "stale", "loud", "lazy", "confused")  # fmt: skip
_VERBS = ("is", "was", "felt", "seemed", "looked")
_DEGREES = ("", "", "", "very ", "rather ", "quite ", "really ")
_NEGATIONS = ("not ", "never ", "hardly ", "far from ", "anything but ")
_OPENINGS = ("", "", "", "in the end , ", "to be fair , ", "as everyone says , ", "on the big screen , ", "for a sequel , ")
_ASIDES = ("i saw it on a rainy tuesday .", "it opens in a small town .", "two brothers meet after ten years .",
           "the credits roll after two hours .", "we watched it with the whole family .", "the book came first .",
           "it was shot in black and white .", "a letter arrives in the first scene .")  # fmt: skip


def _clause(rng: np.random.Generator, positive: bool) -> str:
    """One opinion, one time in four through a negation."""
    pick = lambda options: options[rng.integers(len(options))]  # noqa: E731
    negated = rng.random() < 0.25
    word = pick(_GOOD if positive != negated else _BAD)
    return f"{pick(_SUBJECTS)} {pick(_VERBS)} {pick(_NEGATIONS) if negated else pick(_DEGREES)}{word}"


def sentiment_sentence(rng: np.random.Generator, positive: bool) -> str:
    """One lower-case sentence, tokens separated by blanks, whose verdict is `positive`."""
    opening = _OPENINGS[rng.integers(len(_OPENINGS))]
    draw = rng.random()
    if draw < 0.45:
        return f"{opening}{_clause(rng, positive)} ."
    if draw < 0.7:  # the part after "but" decides
        return f"{opening}{_clause(rng, not positive)} , but {_clause(rng, positive)} ."
    if draw < 0.85:  # the part before "although" decides
        return f"{opening}{_clause(rng, positive)} , although {_clause(rng, not positive)} ."
    return f"{opening}{_clause(rng, positive)} , and {_clause(rng, positive)} ."


def sentiment_sentences(samples: int = 6000, seed: int = 4) -> tuple[list[str], np.ndarray]:
    """Distinct sentences and their labels (1 positive), half of each class. Stands in for `rt-polarity`."""
    rng = np.random.default_rng(seed)
    texts: dict[str, int] = {}
    while len(texts) < samples:
        positive = len(texts) % 2 == 0
        texts.setdefault(sentiment_sentence(rng, positive), int(positive))
    return list(texts), np.array(list(texts.values()))


def sentiment_reviews(samples: int = 2000, seed: int = 5) -> tuple[list[str], np.ndarray]:
    """Reviews of 8 to 20 sentences: some plot, mixed opinions, and a verdict in one sentence. Stands in for `imdb`."""
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(samples):
        positive = number % 2 == 0
        opinions = [sentiment_sentence(rng, bool(rng.random() < 0.5)) for _ in range(rng.integers(2, 6))]
        asides = [_ASIDES[rng.integers(len(_ASIDES))] for _ in range(rng.integers(5, 14))]
        body = [*opinions, *asides]
        rng.shuffle(body)
        verdict = f"all in all , {sentiment_sentence(rng, positive)}"
        body.insert(rng.integers(len(body) // 2, len(body) + 1), verdict)
        texts.append(" ".join(body))
        labels.append(int(positive))
    return texts, np.array(labels)
