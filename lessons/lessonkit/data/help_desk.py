"""A help desk whose right answers are known exactly: requests in other words, things never seen
before, questions that do not belong here, and a reply that fits everything. Deterministic.

It is made so that four ways of a chatbot to fail can be counted. Half of the requests name a thing,
and the test names things that no training message names. Each request has four right replies, and
besides them there is one safe reply that fits every message and helps nobody. And some messages
ask for what the help desk does not do; those of the test are about other matters than those of the
validation part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lessonkit.data.grammar import evenly

SAFE = "thank you for your message , we will look into it ."
SAFE_SHARE = 0.3  # of the replies that people gave
IN_VAIN = 2000  # messages in a row that have been there before, and then there are no others
OUTSIDE_SHARE = 0.15  # of the messages of the validation and the test part

# What is asked for: ways to ask, in which {one|or the other} stands, and four right replies. X is a
# thing.
_REQUESTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "track": (
        (
            "where is my X", "when will {my|the} X {arrive|be here}", "has my X been sent",
            "i {am waiting|have waited for days} for {my|the} X", "my X has not arrived",
        ),
        (
            "your X is on its way .", "the X was sent today .", "we sent the X this morning .",
            "you will have the X tomorrow .",
        ),
    ),
    "return": (
        (
            "i {want|would like} to return {my|the} X", "how do i send {my|the} X back",
            "the X does not fit , can {i|we} give it back", "i do not {want|need} the X any more",
        ),
        (
            "you can return the X within thirty days .", "please send the X back to us .",
            "we will collect the X next week .", "the X can be given back in any shop .",
        ),
    ),
    "broken": (
        (
            "my X {is broken|broke}", "the X {does not work|stopped working}",
            "there is something wrong with {my|the} X", "my X makes a strange noise",
        ),
        (
            "we are sorry , we will repair the X .", "please bring the X to a shop .",
            "you will get a new X .", "have you tried to restart the X ?",
        ),
    ),
    "price": (
        (
            "how much is {the|a} X", "what does {the|a} X cost", "what is the price of {the|a} X",
            "is the X {cheaper|less} this week",
        ),
        (
            "the X costs forty pounds .", "we sell the X for forty pounds .",
            "forty pounds for one X .", "at the moment the X is forty pounds .",
        ),
    ),
    "stock": (
        (
            "do you have {the|a} X {in stock|in the shop}", "is the X {sold out|available}",
            "when will you have the X again", "can i {still|already} buy {the|a} X",
        ),
        (
            "yes , the X is in stock .", "we have the X in all shops .",
            "you can order the X now .", "there are ten of the X left .",
        ),
    ),
    "manual": (
        (
            "how do i {use|start} {my|the} X", "i lost the manual of {my|the} X",
            "where do i find the manual {for|of} the X", "is there a guide {for|to} the X",
        ),
        (
            "the manual of the X is on our page .", "we have sent you the guide to the X .",
            "look under X on our page .", "every X has a guide in its box .",
        ),
    ),
    "warranty": (
        (
            "how long is the warranty {of|on} {my|the} X", "is my X {still|not} under warranty",
            "does the warranty {cover|include} the X", "when does the warranty of my X end",
        ),
        (
            "the X has a warranty of two years .", "two years of warranty come with the X .",
            "your X is covered for two years .", "we cover each X for two years .",
        ),
    ),
    "part": (
        (
            "i need a {spare|new} part for {my|the} X", "where can i get a {cable|lid} for the X",
            "do you sell parts {for|of} the X", "the {cable|lid} of my X is missing",
        ),
        (
            "parts for the X are in our shop .", "we sell all parts of the X .",
            "you can order parts for the X by phone .", "a part for the X takes a week .",
        ),
    ),
    "cancel": (
        (
            "please cancel {my|the} X", "i {want|would like} to cancel the order of the X",
            "i ordered the X by mistake", "can i stop {my|the} X before it is sent",
        ),
        (
            "your X is cancelled .", "we have cancelled the X .",
            "the order of the X has been stopped .", "you will not be charged for the X .",
        ),
    ),
    "colour": (
        (
            "in which colours is the X sold", "do you {have|sell} the X in {blue|red}",
            "i would like the X in {blue|red}", "is there a {blue|red} X",
        ),
        (
            "the X comes in blue and red .", "we have the X in blue and red .",
            "blue and red are the colours of the X .", "you can have a blue X or a red one .",
        ),
    ),
    "password": (
        (
            "i forgot my password", "how do i {change|reset} my password",
            "my password does not work", "i {can not|am not able to} log in",
        ),
        (
            "use the link to reset your password .", "we have sent you a new password .",
            "you can change it under settings .", "a new password is in your inbox .",
        ),
    ),
    "invoice": (
        (
            "i need {an|my} invoice", "where {is|can i find} my invoice",
            "please send me {the|an} invoice again", "the invoice is {wrong|missing}",
        ),
        (
            "your invoice is in your account .", "we have sent the invoice again .",
            "you find all bills under orders .", "a copy of the bill is attached .",
        ),
    ),
    "address": (
        (
            "i have moved to another {street|town}", "please change my address",
            "how do i change {the|my} address", "my address is {wrong|not right}",
        ),
        (
            "your address has been changed .", "we have noted the new address .",
            "you can change it in your account .", "please send us the new address .",
        ),
    ),
    "hours": (
        (
            "when {are you|is the shop} open", "are you open on {sunday|monday}",
            "until when is the shop open {today|tomorrow}", "what are your hours",
        ),
        (
            "we are open from nine to six .", "the shop is open every day but sunday .",
            "you can come from nine to six .", "from nine to six , not on sunday .",
        ),
    ),
    "payment": (
        (
            "how can i pay", "do you take {cash|cards}", "can i pay {by card|in cash|later}",
            "my {card|payment} was refused",
        ),
        (
            "you can pay by card or in cash .", "we take cards and cash .",
            "cards and cash are both fine .", "please try the card again .",
        ),
    ),
    "person": (
        (
            "i want to speak to a {person|human}", "can {somebody|someone} call me",
            "give me your {phone|telephone} number", "is there a human i can talk to",
        ),
        (
            "a person will call you today .", "we will call you within an hour .",
            "you can reach us by phone .", "please tell us when to call .",
        ),
    ),
    "newsletter": (
        (
            "stop the newsletter", "i do not want your {newsletter|mails} any more",
            "how do i leave the {newsletter|list}", "take me off {the|your} list",
        ),
        (
            "you will get no more news from us .", "we have taken you off the list .",
            "the newsletter has been stopped .", "no more mails will be sent .",
        ),
    ),
    "account": (
        (
            "{delete|close} my account", "how do i {delete|close} my account",
            "i do not need my account any more", "please remove {all|everything about} me",
        ),
        (
            "your account has been closed .", "we have removed all your data .",
            "you can close it under settings .", "all data will be gone tomorrow .",
        ),
    ),
    "discount": (
        (
            "do {students|you} {get|give} a discount", "my {code|voucher} does not work",
            "is there a {sale|discount} this week", "where do i enter the {code|voucher}",
        ),
        (
            "you get ten percent off .", "we give ten percent to students .",
            "ten percent off everything this week .", "enter the code when you pay .",
        ),
    ),
    "complaint": (
        (
            "the {driver|clerk} was rude", "i have waited an hour {on the phone|in the shop}",
            "nobody answers my {mails|calls}", "i am not {happy|content} with your service",
        ),
        (
            "we are very sorry about that .", "this should not have happened .",
            "i apologise for the trouble .", "you deserve better , we are sorry .",
        ),
    ),
}  # fmt: skip
INTENTS = tuple(_REQUESTS)
_BEFORE = ("", "", "hello ,", "hi there ,", "good morning ,", "excuse me ,", "a question :")
_AFTER = ("", "", "please", "thanks", "thank you", "can you help me", "it is urgent")
# What a help desk is asked as well and cannot answer; no training message is of this kind.
_OUTSIDE = {
    "validation": (
        "who won the {match|game} last night", "what will the weather be {tomorrow|today}",
        "do you know a good {song|film}", "how old is the {moon|sun}",
        "my {cat|dog} is sick , what can i do", "tell me {a joke|a story}",
        "what is the capital of {peru|kenya}", "can you {call|send} me a taxi",
        "how do i cook {rice|fish}", "is there life on {mars|venus}",
    ),
    "test": (
        "what time is it in {tokyo|lima}", "play some {music|jazz}",
        "how do i get to the {station|museum}", "are you a {robot|human}",
        "book a table for {two|four}", "who wrote {hamlet|faust}",
        "where can i buy a {ticket|flat}", "my {neighbour|brother} is rude",
        "translate this into {french|greek}", "how long is the {nile|marathon}",
    ),
}  # fmt: skip
_SYLLABLES = ("ba", "do", "fe", "gu", "ki", "lo", "mi", "na", "pe", "ro", "su", "ta", "vo", "zi")


@dataclass(frozen=True)
class Ticket:
    """A message to the help desk, and what people answered.

    `intent` is what it asks for, "" where the help desk cannot help; `thing` is what it names, ""
    where it names nothing; `reply` is the answer that was given, and `right` holds all the answers
    that would have helped.
    """

    message: str
    intent: str
    thing: str
    reply: str
    right: tuple[str, ...]


def things(seed: int = 16, count: int = 20) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Invented names of things: those that training names, and as many others."""
    rng = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < 2 * count:
        name = "".join(evenly(rng, _SYLLABLES) for _ in range(2)) + evenly(rng, ("x", "l", "n"))
        found[name] = None
    names = list(found)
    return tuple(names[:count]), tuple(names[count:])


def help_desk(train: int, validation: int, test: int, seed: int = 16) -> dict[str, list[Ticket]]:
    """Parts "train", "validation" and "test" of a help desk's tickets; no message occurs twice.

    A training message is always a request, and the reply to it is the safe one three times in ten.
    In the other two parts three messages in twenty are of no concern to the help desk; things that
    training never names are in the test part only, in half of the requests that name one. Raises
    `ValueError` where so many different messages cannot be had.
    """
    rng = np.random.default_rng(seed)
    known, new = things()
    used: set[str] = set()
    parts: dict[str, list[Ticket]] = {}
    for part, size in (("train", train), ("validation", validation), ("test", test)):
        tickets: list[Ticket] = []
        in_vain = 0
        while len(tickets) < size:
            if in_vain == IN_VAIN:
                raise ValueError(f"There are not {size} different messages for the {part} part.")
            outside = part != "train" and rng.random() < OUTSIDE_SHARE
            unseen = part == "test" and rng.random() < 0.5
            ticket = _outside(rng, part) if outside else _request(rng, new if unseen else known)
            in_vain = in_vain + 1 if ticket.message in used else 0
            if not in_vain:
                used.add(ticket.message)
                tickets.append(ticket)
        parts[part] = tickets
    return parts


def _message(rng: np.random.Generator, pattern: str) -> str:
    """A way to ask, with its options chosen and something said before and after it."""
    body = re.sub(r"\{([^}]*)\}", lambda found: evenly(rng, found.group(1).split("|")), pattern)
    return " ".join(f"{evenly(rng, _BEFORE)} {body} {evenly(rng, _AFTER)}".split())


def _request(rng: np.random.Generator, names: Sequence[str]) -> Ticket:
    intent = evenly(rng, INTENTS)
    asked, answered = _REQUESTS[intent]
    pattern = evenly(rng, asked)
    thing = evenly(rng, names) if "X" in pattern.split() else ""
    right = tuple(_filled(reply, thing) for reply in answered)
    reply = SAFE if rng.random() < SAFE_SHARE else evenly(rng, right)
    return Ticket(_filled(_message(rng, pattern), thing), intent, thing, reply, right)


def _outside(rng: np.random.Generator, part: str) -> Ticket:
    return Ticket(_message(rng, evenly(rng, _OUTSIDE[part])), "", "", SAFE, ())


def _filled(text: str, thing: str) -> str:
    return " ".join(thing if word == "X" else word for word in text.split())
