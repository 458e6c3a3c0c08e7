"""What all drawings have in common."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import FunctionType

import pytest
from lessonkit import drawings, plots
from matplotlib.figure import Figure


@pytest.mark.parametrize("name", drawings.__all__)
def test_a_drawing_is_a_figure_at_the_width_of_the_page(name):
    figure = getattr(drawings, name)()
    assert isinstance(figure, Figure)
    assert figure.get_size_inches()[0] == pytest.approx(plots.WIDTH)


def test_a_room_with_the_name_of_its_drawing_does_not_stand_before_it():
    for room in pkgutil.iter_modules(drawings.__path__):
        importlib.import_module(f"lessonkit.drawings.{room.name}")
    assert all(isinstance(getattr(drawings, name), FunctionType) for name in drawings.__all__)


def test_the_table_of_drawings_is_complete():
    table = re.findall(r"^\| `(\w+)` +\| `(\w+)` +\|", drawings.__doc__, flags=re.M)
    rooms = {room.name for room in pkgutil.iter_modules(drawings.__path__)}
    assert sorted(name for name, _ in table) == sorted(drawings.__all__)
    assert {room for _, room in table} == rooms - {"strokes"}
    for name, room in table:
        assert getattr(drawings, name).__module__ == f"lessonkit.drawings.{room}"
