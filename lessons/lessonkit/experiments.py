"""Bookkeeping of experiments: results as a table that reads well in a notebook, a page and a terminal."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any


class Table:
    """Rows of results. Shown as an HTML table where there is one, as aligned text elsewhere."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], caption: str = "") -> None:
        self.rows = [dict(row) for row in rows]
        self.columns = list(self.rows[0]) if self.rows else []
        self.caption = caption
        if any(list(row) != self.columns for row in self.rows):
            raise ValueError("Every row of a table needs the same columns, in the same order.")

    def _cells(self) -> list[list[str]]:
        return [[_text(row[column]) for column in self.columns] for row in self.rows]

    def _is_number(self, column: int) -> bool:
        return all(isinstance(row[self.columns[column]], int | float) for row in self.rows)

    def __repr__(self) -> str:
        lines = [self.columns, *self._cells()]
        widths = [max(len(line[k]) for line in lines) for k in range(len(self.columns))]
        number = [self._is_number(k) for k in range(len(self.columns))]
        body = [
            "  ".join(c.rjust(w) if n else c.ljust(w) for c, w, n in zip(line, widths, number, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([*([self.caption] if self.caption else []), *body])

    def _repr_html_(self) -> str:
        align = ["right" if self._is_number(k) else "left" for k in range(len(self.columns))]

        def row(cells: list[str], tag: str) -> str:
            scope = ' scope="col"' if tag == "th" else ""
            return "<tr>" + "".join(
                f'<{tag}{scope} style="text-align: {a}">{html.escape(c)}</{tag}>'
                for c, a in zip(cells, align, strict=True)
            ) + "</tr>"  # fmt: skip

        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        body = "".join(row(cells, "td") for cells in self._cells())
        return f"<table>{caption}<thead>{row(self.columns, 'th')}</thead><tbody>{body}</tbody></table>"


def table(rows: Iterable[Mapping[str, Any]], caption: str = "") -> Table:
    """A table of results from rows of equal keys. Numbers stand right-aligned with three significant digits."""
    return Table(rows, caption)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
