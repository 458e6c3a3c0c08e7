"""Built-in samples: small data made by this project, for when the real data cannot be had.

The sentiment grammar is hard in the way that sequence lessons need. Negation turns a word round
("not dull"), contrast decides by its last part ("slow, but moving") or by its first ("moving,
although slow"), and both opinions use the same words. So the words alone give a clue, and their
order gives the answer.
"""

from __future__ import annotations

import numpy as np

from lessonkit.data.grammar import evenly, words

_SUBJECTS = (
    "the movie", "the film", "the story", "the plot", "the acting", "the ending", "the script",
    "the cast", "the dialogue", "the music", "the camera work", "the first half", "the last act",
    "the photography", "this comedy", "this drama", "the whole thing", "the lead actor",
    "the romance", "the villain",
)  # fmt: skip
_GOOD = words(
    "good great moving funny clever charming fresh amazing touching gripping smart warm bold "
    "brilliant lovely honest vivid delightful sharp rich"
)
_BAD = words(
    "bad dull boring slow weak silly flat tired long clumsy empty messy cold awful predictable "
    "shallow stale loud lazy confused"
)
_VERBS = ("is", "was", "felt", "seemed", "looked")
_DEGREES = ("", "", "", "very ", "rather ", "quite ", "really ")
_NEGATIONS = ("not ", "never ", "hardly ", "far from ", "anything but ")
_OPENINGS = (
    "", "", "", "in the end , ", "to be fair , ", "as everyone says , ", "on the big screen , ",
    "for a sequel , ",
)  # fmt: skip
_ASIDES = (
    "i saw it on a rainy tuesday .", "it opens in a small town .",
    "two brothers meet after ten years .", "the credits roll after two hours .",
    "we watched it with the whole family .", "the book came first .",
    "it was shot in black and white .", "a letter arrives in the first scene .",
)  # fmt: skip


def _clause(rng: np.random.Generator, positive: bool) -> str:
    """One opinion, one time in four through a negation."""
    negated = rng.random() < 0.25
    word = evenly(rng, _GOOD if positive != negated else _BAD)
    subject, verb = evenly(rng, _SUBJECTS), evenly(rng, _VERBS)
    degree = evenly(rng, _NEGATIONS if negated else _DEGREES)
    return f"{subject} {verb} {degree}{word}"


def sentiment_sentence(rng: np.random.Generator, positive: bool) -> str:
    """One lower-case sentence, tokens separated by blanks, whose verdict is `positive`."""
    opening = evenly(rng, _OPENINGS)
    draw = rng.random()
    if draw < 0.45:
        return f"{opening}{_clause(rng, positive)} ."
    if draw < 0.7:  # the part after "but" decides
        return f"{opening}{_clause(rng, not positive)} , but {_clause(rng, positive)} ."
    if draw < 0.85:  # the part before "although" decides
        return f"{opening}{_clause(rng, positive)} , although {_clause(rng, not positive)} ."
    return f"{opening}{_clause(rng, positive)} , and {_clause(rng, positive)} ."


def sentiment_sentences(samples: int = 10_000, seed: int = 4) -> tuple[list[str], np.ndarray]:
    """Distinct sentences and their labels (1 positive), half of each class. Stands in for
    `rt-polarity`.
    """
    rng = np.random.default_rng(seed)
    texts: dict[str, int] = {}
    while len(texts) < samples:
        positive = len(texts) % 2 == 0
        texts.setdefault(sentiment_sentence(rng, positive), int(positive))
    return list(texts), np.array(list(texts.values()))


def sentiment_reviews(samples: int = 2000, seed: int = 5) -> tuple[list[str], np.ndarray]:
    """Reviews of 8 to 20 sentences: some plot, mixed opinions, and a verdict in one sentence.
    Stands in for `imdb`.
    """
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(samples):
        positive = number % 2 == 0
        opinions = [
            sentiment_sentence(rng, bool(rng.random() < 0.5)) for _ in range(rng.integers(2, 6))
        ]
        asides = [evenly(rng, _ASIDES) for _ in range(rng.integers(5, 14))]
        body = [*opinions, *asides]
        rng.shuffle(body)
        verdict = f"all in all , {sentiment_sentence(rng, positive)}"
        body.insert(rng.integers(len(body) // 2, len(body) + 1), verdict)
        texts.append(" ".join(body))
        labels.append(int(positive))
    return texts, np.array(labels)


# Short messages: friends and traders use the same words ("free", "call", "win") and put them
# together differently.
_FRIENDS = (
    "are you free {when} ?", "can you call me {when} ?", "i will text you when i win the {game}",
    "lunch {when} ?", "no prize for guessing who is late {when}",
    "the claim form is on the table , see you {when}", "ok , reply when you get home",
    "we won the {game} and the tickets were free", "are we on for the {game} {when} ?",
    "stop by {when} , coffee is on me", "sorry , no cash on me , can you pay ?",
    "my new mobile number is {number}", "happy birthday , call you {when}",
    "urgent : bring milk and bread", "is the offer on the flat still open ?",
    "the bus is late , see you {when}", "thanks for the gift , lovely of you",
    "text me the address please", "i have the match tickets , do not buy any",
    "the bank wants a reply {when}",
)  # fmt: skip
_TRADERS = (
    "you have won a free {prize} , call {number} now",
    "urgent : claim your {prize} , reply {word} to {code}",
    "free entry to win a {prize} , text {word} to {code}",
    "your mobile number won {cash} , to claim call {number}",
    "new offer : {prize} for free , reply {word}",
    "last chance to claim {cash} cash , call {number}",
    "win a {prize} every week , text {word} to {code} to stop reply stop",
    "your reply is late , {cash} waits", "are you free ? call {number} and win {cash}",
    "lovely {prize} for you , text {word} to {code}",
)  # fmt: skip
_FILLERS = {
    "when": (
        "tonight", "tomorrow", "at six", "after work", "on friday", "this weekend", "now", "later",
    ),
    "game": ("match", "quiz", "game", "race"),
    "prize": ("phone", "holiday", "ticket", "gift", "mobile", "cruise"),
    "cash": ("500 pounds", "1000 pounds", "200 in cash"),
    "word": ("win", "yes", "go", "free"),
}  # fmt: skip


def short_messages(samples: int = 3000, seed: int = 6) -> tuple[list[str], np.ndarray]:
    """Text messages and their labels (1 spam, about 13 in 100), repeats included. Stands in for
    `sms-spam`.
    """
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(samples):
        spam = rng.random() < 0.134
        number = "0" + "".join(rng.choice(list("123456789"), 9))
        code = str(rng.integers(60000, 90000))
        sentences, count = (_TRADERS, 1) if spam else (_FRIENDS, rng.integers(1, 4))
        parts = [evenly(rng, sentences) for _ in range(count)]
        filled = {name: evenly(rng, options) for name, options in _FILLERS.items()}
        texts.append(" . ".join(parts).format(number=number, code=code, **filled))
        labels.append(int(spam))
    return texts, np.array(labels)


def log_sessions(samples: int = 6000, seed: int = 7) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Sessions of a storage block as event ids, labels (1 anomaly, half) and parts. Stands in for
    `hdfs-logrobust`.

    A block is announced, received and stored three times, perhaps read, and deleted. Anomalies lose
    a replica, meet an unusual event, or (one in six) do the usual things in an order that cannot
    be: stored before received. As in the real data most sessions occur many times, in both parts.
    """
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(samples):
        anomaly = number % 2
        start = ["E5", "E5", "E5", "E22"]
        rng.shuffle(start)
        receive, store = ["E11", "E9"] * 3, ["E26"] * 3
        middle = (
            rng.choice(["E3", "E4"], size=rng.integers(0, 9)).tolist() if rng.random() < 0.7 else []
        )
        end = ["E23"] * 3 + ["E21"] * 3 if rng.random() < 0.8 else []
        kind = rng.integers(6) if anomaly else -1
        if kind in (0, 1):  # a replica is lost
            receive, store = receive[:4], store[:2]
        elif kind in (2, 3):  # something unusual
            middle.insert(rng.integers(len(middle) + 1), evenly(rng, ("E7", "E13", "E27", "E28")))
        elif kind == 4:  # it breaks off
            store, middle, end = store[: rng.integers(0, 2)], [], []
        elif kind == 5:  # stored before received: the usual events in an impossible order
            receive, store = store, receive
        texts.append(" ".join([*start, *receive, *store, *middle, *end]))
        labels.append(anomaly)
    return texts, np.array(labels), np.where(rng.random(samples) < 1 / 7, "test", "train")
