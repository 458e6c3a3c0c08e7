"""Sentences with trees made by this project, for when the English Web Treebank cannot be had.
Deterministic.

They are hard in the way that the lesson on messages needs. Whether a sentence asks for an answer is
a matter of order: "could you send the list" and "you could send the list" hold the same words, and
"when will it arrive" asks, and "they knew when it will arrive" does not. What may be deleted
hangs on a word that may stand far away, and a negation stands among adverbs that may go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lessonkit.data.grammar import Grammar, words

_THINGS = words(
    "report list invoice contract ticket printer parcel schedule key laptop budget letter draft "
    "order form map bill note plan file"
)
_PEOPLE = words("teacher manager driver customer doctor lawyer neighbour clerk engineer editor")
_PRONOUNS = words("you they we she he i")
_ADJECTIVES = words("new old blue final small missing second heavy early short strange late")
_VERBS = words("send check find sign print move read copy return finish change need")
_INTRANSITIVE = words("arrive work wait answer help call leave move")
_AUXILIARIES = words("will could can should would must")
_ADVERBS = words("really probably quickly still already simply perhaps usually")
_PLACES = words("office station harbour school garden bank library kitchen")
_TIMES = words("morning evening weekend afternoon summer week")
_KINDS = ("answers", "email", "newsgroup", "reviews", "weblog")


class _Node:
    """A word, what it is to its head, and what hangs on it to the left and to the right."""

    def __init__(self, word: str, relation: str = "root") -> None:
        self.word, self.relation = word, relation
        self.left: list[_Node] = []
        self.right: list[_Node] = []

    def hang(self, left: Sequence[_Node] = (), right: Sequence[_Node] = ()) -> _Node:
        self.left += left
        self.right += right
        return self

    def hang_first(self, first: _Node) -> _Node:
        self.left.insert(0, first)
        return self

    def in_order(self) -> list[_Node]:
        """The words of this stretch of the sentence, in their order."""
        return [
            *(node for child in self.left for node in child.in_order()),
            self,
            *(node for child in self.right for node in child.in_order()),
        ]


class _Grammar(Grammar):
    """One stream of random sentences."""

    def noun(self, relation: str, deep: int = 1) -> _Node:
        """A thing or a person with its article, now and then with a describing word, an "of" or a
        clause of its own.
        """
        node = _Node(self.pick(_PEOPLE if self.chance(0.3) else _THINGS), relation)
        node.hang([_Node(self.pick(("the", "a", "this", "my", "that")), "det")])
        if self.chance(0.4):
            node.hang([_Node(self.pick(_ADJECTIVES), "amod")])
        if deep and self.chance(0.25):
            node.hang(right=[self.noun("nmod", deep - 1).hang_first(_Node("of", "case"))])
        elif deep and self.chance(0.15):
            clause = self.verb("acl:relcl", self.chance(0.2), deep - 1)
            node.hang(right=[clause.hang_first(_Node("that", "nsubj"))])
        return node

    def subject(self) -> _Node:
        if self.chance(0.6):
            return _Node(self.pick(_PRONOUNS), "nsubj")
        return self.noun("nsubj", 0)

    def verb(self, relation: str, negated: bool, deep: int = 1) -> _Node:
        """A verb with its helper, a "not" if `negated`, and what follows it."""
        transitive = self.chance(0.6)
        node = _Node(self.pick(_VERBS if transitive else _INTRANSITIVE), relation)
        node.hang([_Node(self.pick(_AUXILIARIES), "aux")])
        if negated:
            node.hang([_Node("not" if self.chance(0.75) else "never", "advmod")])
        if self.chance(0.3):
            node.hang([_Node(self.pick(_ADVERBS), "advmod")])
        if transitive:
            node.hang(right=[self.noun("obj", deep)])
        if self.chance(0.4):
            node.hang(right=[self.where_or_when()])
        return node

    def where_or_when(self) -> _Node:
        place = self.chance(0.5)
        node = _Node(self.pick(_PLACES if place else _TIMES), "obl")
        word = self.pick(("at", "near") if place else ("in", "before"))
        return node.hang([_Node(word, "case"), _Node("the", "det")])

    def clause(self, relation: str, mark: str = "") -> _Node:
        verb = self.verb(relation, self.chance(0.2), deep=0)
        subject = self.subject()
        verb.left = [*([_Node(mark, "mark")] if mark else []), subject, *verb.left]
        return verb

    def sentence(self) -> _Node:
        """A statement or, one time in seven, a question; it ends with its mark."""
        verb = self.verb("root", self.chance(0.25))
        subject = self.subject()
        asks = self.chance(1 / 7)
        draw = self.rng.random()
        if asks:  # the helper stands before the subject
            helper, *others = verb.left
            verb.left = [helper, subject, *others]
            if self.chance(0.4):
                verb.left.insert(0, _Node(self.pick(("when", "how", "why", "where")), "advmod"))
        else:
            verb.left = [subject, *verb.left]
            if draw < 0.2:  # an indirect question is none
                word = self.pick(("when", "how", "why", "where"))
                told = self.clause("ccomp")
                told.left.insert(0, _Node(word, "advmod"))
                verb = _Node(self.pick(("knew", "said", "saw", "heard")))
                verb.hang([_Node(self.pick(_PRONOUNS), "nsubj")], [told])
        if draw > 0.75:
            mark = self.pick(("because", "if", "when", "before"))
            clause = self.clause("advcl", mark)
            if draw > 0.9:
                clause.right.append(_Node(",", "punct"))
                verb.left.insert(0, clause)
            else:
                verb.right.append(clause)
        if self.chance(0.15):
            opening = _Node(self.pick(("hello", "well", "please", "sorry")), "discourse")
            verb.left.insert(0, opening.hang(right=[_Node(",", "punct")]))
        verb.right.append(_Node("?" if asks else ".", "punct"))
        return verb


def parsed_sentences(samples: int = 6000, seed: int = 16) -> dict[str, list[Any]]:
    """Distinct sentences with trees, kinds and parts (three in four "train"). Stands in for
    `ud-english-ewt-trees`.
    """
    rng = np.random.default_rng(seed)
    grammar = _Grammar(rng)
    found: dict[tuple[str, ...], tuple[list[int], list[str]]] = {}
    while len(found) < samples:
        nodes = grammar.sentence()
        order = nodes.in_order()
        place = {id(node): number for number, node in enumerate(order, start=1)}
        above = {id(child): place[id(node)] for node in order for child in node.left + node.right}
        sentence = tuple(node.word for node in order)
        heads = [above.get(id(node), 0) for node in order]
        found.setdefault(sentence, (heads, [node.relation for node in order]))
    part = rng.choice(["train", "validation", "test"], size=samples, p=[0.75, 0.1, 0.15]).tolist()
    return {
        "words": [list(sentence) for sentence in found],
        "heads": [heads for heads, _ in found.values()],
        "relations": [relations for _, relations in found.values()],
        "kind": rng.choice(_KINDS, size=samples).tolist(),
        "part": part,
    }
