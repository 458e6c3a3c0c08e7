"""One long text: the type, and the reader of a text file. It fetches nothing and changes no
character.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lessonkit.data.described import PARTS, Described


@dataclass(frozen=True)
class PlainText(Described):
    """One long text, `text`, as its makers wrote it: capitals, punctuation and line ends
    included.
    """

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"{self.name}: there is no text in it.")

    def __len__(self) -> int:
        """The number of characters."""
        return len(self.text)

    def summary(self) -> str:
        """One line: what it is, how large, from where."""
        return (
            f"{self.title}: {len(self):,} characters ({len(set(self.text))} different ones), "
            f"{len(self.text.split()):,} words, from {self.source}"
        )

    def split(self, validation: float = 0.1, test: float = 0.1) -> dict[str, PlainText]:
        """Parts "train", "validation" and "test", three contiguous pieces in this order.

        The text is cut by position, at the first blank after the wanted place, so that no word is
        cut and nothing overlaps. Joined again, the parts are the whole. Raises `ValueError` for
        shares that leave a part without text.
        """
        if validation <= 0 or test <= 0 or validation + test >= 1:
            raise ValueError(
                f"The shares {validation} and {test} must be above 0 "
                "and leave some text for training."
            )
        marks = [0]
        for share in (1 - validation - test, 1 - test):
            place = int(round(share * len(self)))
            while place < len(self) and not self.text[place].isspace():
                place += 1
            marks.append(place)
        marks.append(len(self))
        pieces = [self.text[start:end] for start, end in zip(marks[:-1], marks[1:], strict=True)]
        if not all(piece.strip() for piece in pieces):
            raise ValueError(f"{self.name} has {len(self):,} characters, too few for three parts.")
        return {part: replace(self, text=piece) for part, piece in zip(PARTS, pieces, strict=True)}


def read_text(files: dict[str, bytes]) -> dict[str, str]:
    """The text of a data set that is one file in UTF-8; line ends become those of Unix."""
    (content,) = files.values()
    return {"text": content.decode("utf-8").replace("\r\n", "\n")}
