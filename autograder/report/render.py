"""The templates of this room, and their filters. Every string is escaped unless it is `Markup`.

Jinja is loaded when the first template is rendered and not before, so `import autograder` stays
light.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..text import code_ticks
from .vocabulary import LOOKS, TONES

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup


def number(value: float) -> str:
    """`value` with at most one decimal, none where it is whole."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def ticks(text: object, style: str = "") -> Markup:
    """Escaped text with `code` between backticks shown as code, in `style` where no style sheet
    is.
    """
    from markupsafe import Markup

    return Markup(code_ticks(str(text), style))


def share(points: float, maximum: float) -> int:
    """`points` as a whole number of percent of `maximum`, from 0 to 100."""
    return round(100 * min(max(points / maximum, 0.0), 1.0)) if maximum else 0


def render(template: str, **values: Any) -> str:
    """The file `template` of the folder templates/, filled with `values`."""
    return _environment().get_template(template).render(values)


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "figures": "{:g}".format,
        "ticks": ticks,
        "look": LOOKS.__getitem__,
    }
    environment.globals |= {"share": share, "tones": TONES}
    return environment
