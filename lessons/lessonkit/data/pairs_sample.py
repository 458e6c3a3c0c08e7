"""English sentences with French translations, made by this project for when the real ones cannot be
had. Deterministic.

They are hard in the way that translation is. Most adjectives change sides ("the black cat", "le
chat noir"), articles and adjectives agree in gender and number ("la voiture noire"), negation goes
around the verb ("ne voit pas"), object pronouns go before it ("la voit"), words run together
("l'arbre", "du jardin"), and "you" has two translations.
"""

from __future__ import annotations

import re

import numpy as np

from lessonkit.data.grammar import Grammar, evenly

# English singular and plural; French singular and plural; gender.
_NOUNS = (
    ("cat", "cats", "chat", "chats", "m"), ("dog", "dogs", "chien", "chiens", "m"),
    ("house", "houses", "maison", "maisons", "f"), ("car", "cars", "voiture", "voitures", "f"),
    ("book", "books", "livre", "livres", "m"), ("flower", "flowers", "fleur", "fleurs", "f"),
    ("tree", "trees", "arbre", "arbres", "m"), ("friend", "friends", "ami", "amis", "m"),
    ("door", "doors", "porte", "portes", "f"), ("garden", "gardens", "jardin", "jardins", "m"),
    ("table", "tables", "table", "tables", "f"), ("letter", "letters", "lettre", "lettres", "f"),
    ("teacher", "teachers", "professeur", "professeurs", "m"),
    ("school", "schools", "école", "écoles", "f"), ("bird", "birds", "oiseau", "oiseaux", "m"),
    ("boat", "boats", "bateau", "bateaux", "m"), ("shop", "shops", "boutique", "boutiques", "f"),
    ("town", "towns", "ville", "villes", "f"), ("key", "keys", "clé", "clés", "f"),
    ("hat", "hats", "chapeau", "chapeaux", "m"), ("shirt", "shirts", "chemise", "chemises", "f"),
    ("child", "children", "enfant", "enfants", "m"), ("island", "islands", "île", "îles", "f"),
    ("train", "trains", "train", "trains", "m"),
)  # fmt: skip
# English; French masculine, feminine; whether it stands before the noun. Plurals add an s.
_ADJECTIVES = (
    ("black", "noir", "noire", False), ("green", "vert", "verte", False),
    ("white", "blanc", "blanche", False), ("small", "petit", "petite", True),
    ("big", "grand", "grande", True), ("pretty", "joli", "jolie", True),
    ("strange", "étrange", "étrange", False), ("quiet", "calme", "calme", False),
    ("open", "ouvert", "ouverte", False), ("new", "neuf", "neuve", False),
    ("young", "jeune", "jeune", True), ("expensive", "cher", "chère", False),
)  # fmt: skip
# English plain and third person; French for je, tu, il, nous, vous, ils.
_VERBS = (
    ("see", "sees", "vois", "vois", "voit", "voyons", "voyez", "voient"),
    ("like", "likes", "aime", "aimes", "aime", "aimons", "aimez", "aiment"),
    (
        "look for",
        "looks for",
        "cherche",
        "cherches",
        "cherche",
        "cherchons",
        "cherchez",
        "cherchent",
    ),
    ("know", "knows", "connais", "connais", "connaît", "connaissons", "connaissez", "connaissent"),
    ("find", "finds", "trouve", "trouves", "trouve", "trouvons", "trouvez", "trouvent"),
    ("draw", "draws", "dessine", "dessines", "dessine", "dessinons", "dessinez", "dessinent"),
    ("wait for", "waits for", "attends", "attends", "attend", "attendons", "attendez", "attendent"),
    ("follow", "follows", "suis", "suis", "suit", "suivons", "suivez", "suivent"),
    ("admire", "admires", "admire", "admires", "admire", "admirons", "admirez", "admirent"),
    ("remember", "remembers", "retiens", "retiens", "retient", "retenons", "retenez", "retiennent"),
)  # fmt: skip
# English and French pronoun, and the column of the verb's form.
_PRONOUNS = (
    ("I", "je", 2), ("you", "tu", 3), ("he", "il", 4), ("she", "elle", 4), ("we", "nous", 5),
    ("they", "ils", 7),
)  # fmt: skip
_OBJECTS = (("him", "le"), ("her", "la"), ("them", "les"), ("me", "me"), ("us", "nous"))
_PLACES = (("in", "dans"), ("behind", "derrière"), ("in front of", "devant"), ("near", "près de"))
_TIMES = (
    ("today", "aujourd'hui"),
    ("every day", "tous les jours"),
    ("often", "souvent"),
    ("now", "maintenant"),
)  # fmt: skip
_VOWELS = "aeiouhéèêîâôy"

Pair = tuple[str, str]


def _run_together(french: str) -> str:
    """Words that lose their vowel before another one, and prepositions that melt into the
    article.
    """
    text = f" {' '.join(french.split())} "
    text = re.sub(f" de le (?![{_VOWELS}])", " du ", text)  # "du chat", but "de l'arbre"
    for apart, together in ((" de les ", " des "), (" de des ", " de "), (" de de ", " de ")):
        text = text.replace(apart, together)
    return re.sub(f" (l|j|m|n|d)[ae] (?=[{_VOWELS}])", r" \1'", text).strip()


class _Grammar(Grammar):
    """One stream of random pairs."""

    def thing(self) -> tuple[str, str, bool]:
        """Article, perhaps an adjective, noun; in both languages, and whether it is many."""
        one, many, un, des, gender = evenly(self.rng, _NOUNS)
        plural, definite = self.chance(0.3), self.chance(0.7)
        article = "the" if definite else "" if plural else "a"
        if plural:
            french = "les" if definite else "des"
        else:
            french = ({"m": "le", "f": "la"} if definite else {"m": "un", "f": "une"})[gender]
        english, noun = (many, des) if plural else (one, un)
        if self.chance(0.45):
            word, masculine, feminine, before = evenly(self.rng, _ADJECTIVES)
            form = {"m": masculine, "f": feminine}[gender] + ("s" if plural else "")
            english, noun = f"{word} {english}", f"{form} {noun}" if before else f"{noun} {form}"
            if plural and not definite and before:
                french = "de"
        if article == "a" and english[0] in "aeiou":
            article = "an"
        return f"{article} {english}".strip(), f"{french} {noun}", plural

    def subject(self) -> tuple[str, str, int]:
        """Subject in both languages and the column of the verb's form."""
        if self.chance(0.5):
            return evenly(self.rng, _PRONOUNS)
        english, french, plural = self.thing()
        return english, french, 7 if plural else 4

    def clause(self) -> tuple[str, list[str]]:
        """One in English, and its translations: one, or two where the subject is "you"."""
        who, qui, column = self.subject()
        verb = evenly(self.rng, _VERBS)
        third, negative = column == 4, self.chance(0.3)
        if self.chance(0.3):  # an object pronoun, which French puts before the verb
            what, before = evenly(self.rng, _OBJECTS[:3] if who in ("I", "we") else _OBJECTS)
            after = ""
        else:
            what, after, _ = self.thing()
            before = ""
        if negative and after:
            first, *rest = after.split()
            after = " ".join(["de" if first in ("un", "une", "des") else first, *rest])
        verbal = (
            f"{'does' if third else 'do'} not {verb[0]}" if negative else verb[1 if third else 0]
        )
        subjects = [(qui, column)] if who != "you" else [("tu", 3), ("vous", 6)]
        pattern = "{} ne {} {} pas {}" if negative else "{} {} {} {}"
        return f"{who} {verbal} {what}", [
            pattern.format(qui, before, verb[form], after) for qui, form in subjects
        ]

    def sentence(self) -> list[Pair]:
        english, translations = self.clause()
        here = ici = ""
        draw = self.rng.random()
        if draw < 0.25:
            near, près = evenly(self.rng, _PLACES)
            what, quoi, _ = self.thing()
            here, ici = f" {near} {what}", f" {près} {quoi}"
        elif draw < 0.5:
            here, ici = (f" {words}" for words in evenly(self.rng, _TIMES))
        return [
            (_written(english + here), _written(_run_together(french + ici)))
            for french in translations
        ]


def _written(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:] + "."


def sentence_pairs(samples: int = 12_000, seed: int = 9) -> dict[str, list[str]]:
    """Distinct pairs as `sources` (English) and `targets` (French), at least `samples`. Stands in
    for `fra-eng`.

    Every English sentence whose subject is "you" occurs twice, with "tu" and with "vous".
    """
    grammar = _Grammar(np.random.default_rng(seed))
    found: dict[Pair, None] = {}
    while len(found) < samples:
        found.update(dict.fromkeys(grammar.sentence()))
    return {
        "sources": [english for english, _ in found],
        "targets": [french for _, french in found],
    }
