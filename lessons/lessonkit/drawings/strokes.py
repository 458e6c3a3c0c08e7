"""The strokes that drawings are made of: boxes, circles, gates, operators, lines, arrows, labels,
and the empty canvas. No network is drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from lessonkit.plots import COLOURS, WIDTH

Point = tuple[float, float]

INK = "#222222"
PAPER = "#F6F6F4"  # fills boxes of words and the ground of a cell
BUS_Y = 0.7  # height of the line that brings input and state to the gates of a cell
GATE_Y = 2.3  # height of the gates above it
_LEFT, _RIGHT = -0.6, 12.2  # where a cell's state comes in and goes out


def in_range(number: int, least: int, most: int, what: str) -> None:
    """Raise `ValueError` for a number of things that would make the drawing unreadable."""
    if number not in range(least, most + 1):
        raise ValueError(f"The drawing has {least} to {most} {what}, not {number}.")


def canvas(x: Point, y: Point, above: float = 0.0) -> tuple[Figure, Axes]:
    """An empty drawing at the page's width, over the given ranges of x and y, as high as they ask
    for and `above` inches for a title.
    """
    height = WIDTH * (y[1] - y[0]) / (x[1] - x[0]) + above
    figure, ax = plt.subplots(figsize=(WIDTH, height))
    ax.set(xlim=x, ylim=y, aspect="equal")
    ax.axis("off")
    return figure, ax


def cell(
    stage: int, stages: Sequence[str], more: str = "", title: bool = True
) -> tuple[Figure, Axes]:
    """The empty frame of a cell that grows by stages, with the stage as its title and `more` behind
    it. Raises `ValueError` for a stage that is not one of `stages`.
    """
    if stage not in range(len(stages)):
        raise ValueError(f"The drawing has stages 0 to {len(stages) - 1}, not {stage}.")
    figure, ax = canvas((-2.1, 13.4), (-1.25, 7.6), above=0.3 * title)
    _rounded(ax, 5.9, 3.4, 11.1, 7.0, 0.4, PAPER, "#999999", line=1.2, layer=0)
    if title:
        text = f"Stage {stage}: {stages[stage]}{more}"
        ax.set_title(text, fontsize=12, fontweight="bold", loc="left")
    return figure, ax


def conveyor(ax: Axes, y: float, operators: Sequence[float], colour: str, name: str) -> None:
    """The way of a state through a cell, from operator to operator at the given places."""
    stops = [_LEFT, *operators, _RIGHT]
    for left, right in zip(stops[:-1], stops[1:], strict=True):
        start = left if left == _LEFT else left + 0.36
        end = right if right == _RIGHT else right - 0.36
        arrow(ax, [(start, y), (end, y)], colour, width=3.0)
    label(ax, -1.4, y, f"${name}_{{t-1}}$", colour)
    label(ax, 12.6, y, f"${name}_t$", colour)


def gate(ax: Axes, x: float, function: str, name: str, colour: str) -> None:
    """A gate: its box on the bus, its name under the box."""
    arrow(ax, [(x, BUS_Y), (x, GATE_Y - 0.4)], COLOURS["hidden"])
    box(ax, x, GATE_Y + 0.05, 1.35, 0.9, function, colour, colour, ink="white")
    label(ax, x, 0.18, name, colour, size=11, bold=True)


def box(
    ax: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    text: str,
    face: str = PAPER,
    edge: str = INK,
    *,
    ink: str | None = None,
    size: float = 13,
    line: float = 1.8,
    rounding: float = 0.15,
) -> None:
    """A box around (x, y); its text has the colour of its edge unless `ink` is given."""
    _rounded(ax, x, y, width, height, rounding, face, edge, line, layer=5)
    if text:
        label(ax, x, y - 0.02, text, ink or edge, size)


def thin_box(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    width: float,
    height: float,
    size: float,
    edge: str = INK,
    line: float = 1.4,
) -> None:
    """A box with black text, as drawings of whole networks have many."""
    box(ax, x, y, width, height, text, edge=edge, ink="black", size=size, line=line, rounding=0.14)


def _rounded(
    ax: Axes,
    x: float,
    y: float,
    width: float,
    height: float,
    rounding: float,
    face: str,
    edge: str,
    line: float,
    layer: int,
) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle=f"round,pad=0,rounding_size={rounding}",
            facecolor=face,
            edgecolor=edge,
            linewidth=line,
            zorder=layer,
        )
    )


def circle(
    ax: Axes,
    x: float,
    y: float,
    radius: float,
    text: str,
    edge: str,
    *,
    face: str = "white",
    ink: str = "black",
    size: float = 12,
    line: float = 2.0,
    drop: float = 0.02,
    dashed: bool = False,
) -> None:
    """A circle around (x, y). Its text stands `drop` lower than its centre, where the eye expects
    it.
    """
    look = "dashed" if dashed else "solid"
    ax.add_patch(
        Circle(
            (x, y), radius, facecolor=face, edgecolor=edge, linewidth=line, linestyle=look, zorder=5
        )
    )
    if text:
        label(ax, x, y - drop, text, ink, size)


def operator(ax: Axes, x: float, y: float, sign: str, waiting: bool = False) -> None:
    """A product or a sum; one that still waits for what it joins is dashed and has no sign."""
    sign = "" if waiting else sign
    circle(ax, x, y, 0.34, sign, INK, ink=INK, size=15, line=1.6, drop=0.03, dashed=waiting)


def junction(ax: Axes, x: float, y: float, colour: str) -> None:
    """The dot at which a line parts in two."""
    ax.add_patch(Circle((x, y), 0.12, color=colour, zorder=4))


def line(ax: Axes, points: Sequence[Point], colour: str, width: float = 2.2) -> None:
    """A line through the points."""
    ax.plot(
        *zip(*points, strict=True),
        color=colour,
        linewidth=width,
        solid_capstyle="round",
        solid_joinstyle="round",
        linestyle="solid",
        zorder=3,
    )


def arrow(ax: Axes, points: Sequence[Point], colour: str, width: float = 2.2) -> None:
    """A line through the points with a head at the last."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    # The line ends under the head.
    back = (x1 - 0.16 * (x1 - x0) / length, y1 - 0.16 * (y1 - y0) / length)
    line(ax, [*points[:-1], back], colour, width)
    head = {"linewidth": 0, "mutation_scale": 13 + width}
    _annotated(ax, (x0, y0), (x1, y1), colour, layer=4, **head)


def pointer(
    ax: Axes, start: Point, end: Point, colour: str, width: float = 1.8, dashed: bool = False
) -> None:
    """A thin straight arrow between two places, as drawings of whole networks have many."""
    dashes = (0, (3, 1.6)) if dashed else "solid"
    look = {"linewidth": width, "mutation_scale": 13, "linestyle": dashes}
    _annotated(ax, start, end, colour, layer=3, **look)


def _annotated(ax: Axes, start: Point, end: Point, colour: str, layer: int, **look: object) -> None:
    shape = {"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0, **look}
    ax.annotate("", xy=end, xytext=start, zorder=layer, arrowprops=shape)


def label(
    ax: Axes, x: float, y: float, text: str, colour: str, size: float = 14, bold: bool = False
) -> None:
    """Text with its centre at (x, y), above everything else."""
    ax.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        fontsize=size,
        fontweight="bold" if bold else "normal",
        color=colour,
        zorder=6,
    )
