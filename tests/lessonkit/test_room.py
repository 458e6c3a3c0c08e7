"""Presets, facts, plots, tables, claims: what every lesson leans on."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from types import SimpleNamespace

import lessonkit
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from lessonkit import experiments, plots, presets


def test_importing_lessonkit_is_light():
    code = """
import sys, lessonkit
from lessonkit import data, plots, drawings, experiments
heavy = {"tensorflow", "keras", "jax", "torch", "sklearn", "pandas", "autograder"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_there():
    for name in set(lessonkit.__all__) - {"practice_quiz"}:
        assert getattr(lessonkit, name) is not None
    with pytest.raises(AttributeError, match="presets"[:6]):
        lessonkit.nothing  # noqa: B018


def test_the_table_of_rooms_is_complete():
    table = re.findall(r"^\| `(\w+)` +\|", lessonkit.__doc__, flags=re.M)
    assert table == sorted(room.name for room in pkgutil.iter_modules(lessonkit.__path__))


# -- presets


def test_the_preset_follows_the_hardware_and_says_so(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_PRESET", raising=False)
    for gpu, name, seeds in ((False, "quick", 3), (True, "full", 5)):
        monkeypatch.setattr(presets, "has_gpu", lambda gpu=gpu: gpu)
        chosen = lessonkit.preset(quick={"seeds": 3}, full={"seeds": 5})
        assert (chosen.name, chosen.seeds) == (name, seeds)
        assert f"Preset: {name}" in capsys.readouterr().out


def test_the_preset_can_be_forced(monkeypatch, capsys):
    monkeypatch.setattr(presets, "has_gpu", lambda: False)
    monkeypatch.setenv("COURSE_PRESET", "full")
    assert lessonkit.preset(quick={"seeds": 3}, full={"seeds": 5}).seeds == 5
    assert "COURSE_PRESET" in capsys.readouterr().out
    monkeypatch.setenv("COURSE_PRESET", "fast")
    with pytest.raises(ValueError, match="quick or full"):
        lessonkit.preset(quick={}, full={})


def test_presets_must_have_the_same_names():
    with pytest.raises(ValueError, match="epochs"):
        lessonkit.preset(quick={"seeds": 3, "epochs": 2}, full={"seeds": 5})


def test_an_unknown_number_is_named(monkeypatch):
    monkeypatch.setenv("COURSE_PRESET", "quick")
    with pytest.raises(AttributeError, match="'epochs'"):
        lessonkit.preset(quick={"seeds": 3}, full={"seeds": 5}).epochs  # noqa: B018


def test_what_tensorflow_says_about_speed_stays_out_of_the_page(capsys):
    import logging

    lessonkit.facts()
    assert not logging.getLogger("tensorflow").isEnabledFor(logging.WARNING)
    assert logging.getLogger("tensorflow").isEnabledFor(logging.ERROR)


def test_facts_are_one_line(capsys):
    lessonkit.facts()
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "Python" in out and "NumPy" in out


# -- experiments


def test_a_table_reads_well_everywhere():
    table = lessonkit.table(
        [
            {"model": "LSTM <b>", "parameters": 5504, "error": 0.0012345},
            {"model": "RNN", "parameters": 12, "error": 1234.5},
        ],
        caption="Errors & sizes",
    )
    lines = repr(table).splitlines()
    assert lines[0] == "Errors & sizes" and lines[1].split() == ["model", "parameters", "error"]
    assert len({len(line) for line in lines[1:]}) == 1, "columns line up"
    html = table._repr_html_()
    assert "5,504" in html and "0.00123" in html and "LSTM &lt;b&gt;" in html and "<b>" not in html
    assert "Errors &amp; sizes" in html and html.count('scope="col"') == 3


def test_a_table_needs_equal_rows():
    with pytest.raises(ValueError, match="same columns"):
        lessonkit.table([{"a": 1}, {"b": 1}])


def test_curves_by_seed():
    curves = {f"{part}seed_{s}_loss": [s, s + 0.5] for part in ("", "val_") for s in range(11)}
    history = SimpleNamespace(history={**curves, "loss": [9, 9], "val_loss": [8, 8]})
    assert experiments.by_seed(history, "val_loss").tolist() == [[s, s + 0.5] for s in range(11)]
    assert experiments.by_seed(history, "loss").shape == (11, 2)
    single = SimpleNamespace(history={"loss": [1.0, 0.5]})
    assert experiments.by_seed(single, "loss").tolist() == [[1.0, 0.5]]
    with pytest.raises(KeyError, match="val_accuracy"):
        experiments.by_seed(single, "val_accuracy")


@pytest.mark.parametrize(
    ("optimum", "asked"),
    [
        (0.02, [0.01, 0.02, 0.04]),
        (0.01, [0.005, 0.01, 0.02]),
        (0.08, [0.01, 0.02, 0.04, 0.08, 0.16]),
        (0.0025, [0.00125, 0.0025, 0.005, 0.01, 0.02]),
    ],
)
def test_the_search_for_a_rate_goes_on_while_the_best_is_at_an_edge(optimum, asked):
    runs = []

    def train(rate):
        runs.append(rate)
        return -abs(np.log(rate / optimum)) if rate < 1 else np.nan

    rate, tried = experiments.own_rate(train, lambda run: run, [0.01, 0.02])
    assert rate == pytest.approx(optimum)
    assert list(tried) == pytest.approx(asked) and sorted(runs) == pytest.approx(asked)


def test_the_search_for_a_rate_ends():
    rate, tried = experiments.own_rate(lambda rate: rate, lambda run: run, [1, 2], most=5)
    assert rate == 16 and list(tried) == [1, 2, 4, 8, 16]
    assert experiments.own_rate(lambda rate: rate, lambda run: run, [3]) == (3, {3: 3})
    rate, tried = experiments.own_rate(lambda r: np.nan if r > 2 else r, lambda run: run, [1, 2])
    assert rate == 2, "a run that diverged is the worst"


@pytest.mark.tensorflow
def test_restart_trains_the_same_again():
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    start = model.get_weights()
    x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")

    def train(rate):
        model.optimizer.learning_rate = rate
        model.fit(x, x.sum(1, keepdims=True), batch_size=16, epochs=2, shuffle=False, verbose=0)
        return model.get_weights()

    first = train(0.01)
    assert not np.allclose(first[0], start[0])
    experiments.restart(model, start)
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), start, strict=True))
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(train(0.01), first, strict=True))
    experiments.restart(model, start)
    assert not np.allclose(train(0.1)[0], first[0], atol=1e-3)


# -- plots


def contrast(colour: str, background: str = "white") -> float:
    """WCAG contrast ratio."""

    def luminance(name):
        rgb = np.array(matplotlib.colors.to_rgb(name))
        linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_stands_out_from_the_page_and_is_its_own():
    for name, value in plots.COLOURS.items():
        assert contrast(value) >= 3, name
    assert len(set(plots.COLOURS.values())) == len(plots.COLOURS)


def test_the_style_is_opaque_and_legible():
    plots.style()
    assert plt.rcParams["figure.facecolor"] == plt.rcParams["savefig.facecolor"] == "white"
    sizes = [
        plt.rcParams[key]
        for key in ("font.size", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
    ]
    assert min(sizes) >= 9 and plt.rcParams["figure.figsize"][0] == plots.WIDTH


def test_seed_curves_draw_a_line_and_a_band_each():
    _, ax = plots.figure()
    curves = {"RNN": np.ones((3, 4)), "LSTM": np.arange(12).reshape(3, 4)}
    plots.seed_curves(ax, range(4), curves, baseline=("baseline", 0.5))
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert set(lines) == {"baseline", "RNN", "LSTM"} and len(ax.collections) == 2
    assert lines["LSTM"].get_ydata().tolist() == [4, 5, 6, 7], "the median over seeds"
    assert lines["RNN"].get_color() == plots.COLOURS["RNN"]
    assert lines["RNN"].get_linestyle() != lines["LSTM"].get_linestyle(), (
        "colour is not the only cue"
    )


def test_a_heat_map_writes_every_number_legibly():
    _, ax = plots.figure()
    plots.heat_map(ax, np.array([[0.0, 0.25], [0.5, 1.0]]), ["a", "b"], ["up", "down"])
    assert [text.get_text() for text in ax.texts] == [".00", ".25", ".50", "1.0"]
    for text, value in zip(ax.texts, (0.0, 0.25, 0.5, 1.0), strict=True):
        assert contrast(text.get_color(), plt.get_cmap("cividis")(value)) >= 3
    assert min(text.get_fontsize() for text in ax.texts) >= 9


def test_seed_bars_show_every_seed():
    _, ax = plots.figure()
    plots.seed_bars(ax, {"LSTM": [0.1, 0.2, 0.3], "GRU": [0.2]}, baseline=("chance", 0.5))
    assert len(ax.patches) == 2 and ax.patches[0].get_width() == pytest.approx(0.2)
    assert [len(line.get_xdata()) for line in ax.get_lines()][:2] == [3, 1]
