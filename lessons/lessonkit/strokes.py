"""The strokes that drawings of a cell are made of: boxes, gates, operators, lines and labels. No
cell is drawn here.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from lessonkit.plots import COLOURS

INK = "#222222"
BUS_Y, GATE_Y = (
    0.7,
    2.3,
)  # the line that brings input and state to the gates, and the gates above it


def gate(ax: Axes, x: float, function: str, name: str, colour: str) -> None:
    """A gate: its box on the bus, its name under the box."""
    arrow(ax, [(x, BUS_Y), (x, GATE_Y - 0.4)], COLOURS["hidden"])
    box(ax, x, GATE_Y + 0.05, 1.35, 0.9, function, colour, colour, text="white")
    ax.text(x, 0.18, name, ha="center", va="center", fontsize=11, color=colour, fontweight="bold")


def box(ax: Axes, x: float, y: float, width: float, height: float, label: str, face: str, edge: str,
         text: str | None = None) -> None:  # fmt: skip
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor=face,
            edgecolor=edge,
            linewidth=1.8,
            zorder=5,
        )  # fmt: skip
    )
    ax.text(x, y - 0.02, label, ha="center", va="center", fontsize=13, color=text or edge, zorder=6)


def operator(ax: Axes, x: float, y: float, sign: str, waiting: bool = False) -> None:
    line = "dashed" if waiting else "solid"
    ax.add_patch(
        Circle(
            (x, y), 0.34, facecolor="white", edgecolor=INK, linewidth=1.6, linestyle=line, zorder=5
        )
    )
    if not waiting:
        ax.text(x, y - 0.03, sign, ha="center", va="center", fontsize=15, color=INK, zorder=6)


def line(ax: Axes, points: list[tuple[float, float]], colour: str, width: float = 2.2) -> None:
    ax.plot(*zip(*points, strict=True), color=colour, linewidth=width, solid_capstyle="round",
            solid_joinstyle="round", linestyle="solid", zorder=3)  # fmt: skip


def arrow(ax: Axes, points: list[tuple[float, float]], colour: str, width: float = 2.2) -> None:
    """A line through the points with a head at the last."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    back = (
        x1 - 0.16 * (x1 - x0) / length,
        y1 - 0.16 * (y1 - y0) / length,
    )  # it ends under the head
    line(ax, [*points[:-1], back], colour, width)
    ax.annotate("", xy=(x1, y1), xytext=(x0, y0), zorder=4,
                arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 0, "mutation_scale": 13 + width,
                            "shrinkA": 0, "shrinkB": 0})  # fmt: skip


def pointer(
    ax: Axes, start: tuple, end: tuple, colour: str, width: float = 1.8, dashed: bool = False
) -> None:
    """A thin straight arrow between two places, as drawings of whole networks have many."""
    ax.annotate("", xy=end, xytext=start, zorder=3,
                arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": width, "mutation_scale": 13,
                            "linestyle": (0, (3, 1.6)) if dashed else "solid", "shrinkA": 0, "shrinkB": 0})  # fmt: skip


def label(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    ax.text(x, y, text, ha="center", va="center", fontsize=14, color=colour, zorder=6)
