"""A page of the book for each graded unit, on which its exercises are solved and checked; and cells of lessons to try.

`book/live/<unit>.md` holds the place in the table of contents, and nothing else: the page is made of the released
notebook, `exercises/release/<unit>/<unit>.ipynb`, cell by cell. Text and equations are the notebook's; each cell that a
student fills becomes a field, each check a button. What the fields do, `book/live/page.js` says.

In a lesson, a code cell with the tag `try-it` gets a button under which it can be edited and run (`book/live/try.js`).
Such a cell uses NumPy as `np`, and names of the tagged cells above it; nothing else of the lesson is there.

What runs the code is fetched by `make live` into `_build/live/site`, and copied beside the pages. Without it the build
succeeds all the same, and the page of the unit says how to get it; lessons have no buttons then.

Nothing runs here, and no answer is known here.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from autograder import course
from autograder.judge.bundle import read
from autograder.judge.installed import public_folders

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "book" / "live"
PLACE = "book/live/"  # of the pages
LESSONS = "lessons/"
TAG = "try-it"
BEFORE = "import numpy as np"  # what a tagged cell may count on, besides the tagged cells above it
MODULES = ("page.js", "try.js", "engine.js", "editor.js", "shown.js")
SERVED = "_static/live"  # of everything else
WORKER = "live_worker.js"  # at the top of the site: it serves every page of it
SECONDS = 30  # of one check, whatever it does
PARAMETER = re.compile(r"#\s*@param\s*(\[.*\]|\{.*\})\s*$", re.MULTILINE)
FENCE = "`" * 12
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE
)
HANDLER = re.compile(r"""\son\w+\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
DATA_BLOCK = re.compile(r"""type\s*=\s*["']?application/(?:ld\+)?json""", re.IGNORECASE)


# --- the cells ---------------------------------------------------------------------------------------------------


def cells(notebook: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """What each cell of a released notebook is on the page.

    `role`: text, start (the install line and the like, which say nothing here), given (code that is there to be read),
    code (to be written), check, field (an answer of the quiz), show (a question with numbers of one's own), written.
    `name`: nbgrader's.
    """
    found = []
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        name = about.get("grade_id", cell.get("id", ""))
        if cell.cell_type == "markdown":
            role = "written" if about.get("solution") else "text"
        elif about.get("solution"):
            role = "field" if PARAMETER.search(cell.source) else "code"
        elif about.get("grade"):
            role = "check"
        elif "quiz.show(" in cell.source:
            role = "show"
        elif re.search(
            r"^\s*(?:import autograder\b|from autograder import)", cell.source, re.MULTILINE
        ):
            role = "start"
        else:
            role = "given"
        found.append({"id": cell.id, "name": name, "role": role, "source": cell.source})
    return found


def bundle(unit: str) -> Path:
    """The public checks of `unit`."""
    for folder in public_folders():
        if (folder / f"{unit}.zip").is_file():
            return folder / f"{unit}.zip"
    raise ExtensionError(
        f"{PLACE}{unit}.md: there are no checks for this unit. Run `make exercises`."
    )


def needs_keras(unit: str) -> set[str]:
    """The exercises whose checks look at a model of Keras."""
    return {
        name
        for name, exercise in read(bundle(unit)).exercises.items()
        if any(case.request.op == "model" for case in exercise.cases.values())
    }


# --- the page ----------------------------------------------------------------------------------------------------


def page(unit: str, app: Sphinx) -> str:
    """The page of `unit`, as Markdown."""
    root = Path(app.srcdir)
    path = root / "exercises" / "release" / unit / f"{unit}.ipynb"
    if not path.exists():
        raise ExtensionError(f"{PLACE}{unit}.md: there is no {path}. Run `make exercises`.")
    notebook = nbformat.read(path, as_version=4)
    here, keras = cells(notebook), needs_keras(unit)
    places = course.addresses(root)
    repository = places["repository"].removeprefix("https://github.com/")
    colab = f"https://colab.research.google.com/github/{repository}/blob/{places['branch']}/"
    colab += path.relative_to(root).as_posix()
    plan = {
        "unit": unit,
        "seconds": SECONDS,
        "book": places["book"] + "/",
        "root": "../" * (PLACE.count("/")),
        "worker": WORKER,
        "keras": sorted(keras),
        "cells": here,
        "notebook": json.loads(nbformat.writes(notebook)),
        **_engine(app, "../" * PLACE.count("/"), unit),
    }
    parts = [_raw(_head(app, plan, colab))]
    for cell in here:
        part = _part(cell, keras, colab)
        if cell["source"].startswith(
            "# "
        ):  # the title, what the unit is about, and how it is done here
            title, about, rest = (*part.split("\n\n", 2), "", "")[:3]
            parts += [title, about, _raw(_start(plan)), rest]
        else:
            parts.append(part)
    parts.append(_raw(_end(colab, unit)))
    return "\n\n".join(part for part in parts if part)


def _part(cell: dict[str, Any], keras: set[str], colab: str) -> str:
    name, source, role = cell["name"], cell["source"], cell["role"]
    identity = html.escape(cell["id"])
    if role == "text":
        return source
    if role == "given":
        return f"{FENCE}python\n{source}\n{FENCE}"
    if role == "code":
        return _raw(_field(cell, f"Your code: {name}", rows=source.count("\n") + 2))
    if role == "written":
        return _raw(
            _field(cell, f"Your answer: {name.removeprefix('written_')}", rows=6, words=True)
        )
    if role == "field":
        return _raw(_answer(cell))
    if role == "show":
        return _raw(_buttons(identity, "show", "Show my numbers", name.removeprefix("show_")))
    if role == "check":
        exercise = name.removeprefix("test_")
        if exercise in keras:
            return _raw(
                f'<p class="live-keras">This exercise needs Keras, which does not run on this page. What you write '
                f'here is kept and goes into your notebook; <a href="{html.escape(colab)}">open the notebook in '
                "Colab</a> to run and check it.</p>"
            )
        words = "Can my answers be read?" if exercise == "quiz" else "Check"
        return _raw(_buttons(identity, "check", words, exercise))
    return ""


def _field(cell: dict[str, Any], label: str, rows: int, words: bool = False) -> str:
    identity = html.escape(cell["id"])
    text = "" if words else html.escape(cell["source"])
    reset = (
        ""
        if words
        else (
            f'<button type="button" class="live-button live-quiet" data-reset="{identity}">'
            f'Reset<span class="live-hidden"> {html.escape(cell["name"])}</span></button>'
        )
    )
    return (
        f'<div class="live-field" data-cell="{identity}" data-role="{cell["role"]}">'
        f'<label class="live-label" for="live-{identity}">{html.escape(label)}</label>{reset}'
        f'<textarea id="live-{identity}" rows="{rows}" spellcheck="{"true" if words else "false"}" '
        f'autocapitalize="off" autocomplete="off">\n{text}</textarea></div>'
    )


def _answer(cell: dict[str, Any]) -> str:
    """A field of the quiz: a choice where the notebook has a list, a line elsewhere."""
    identity = html.escape(cell["id"])
    found = PARAMETER.search(cell["source"])
    assert found is not None
    name = cell["name"]
    label = "Your student ID" if name == "quiz_student" else f"Answer {name.removeprefix('quiz_')}"
    begin = (
        f'<div class="live-field live-answer" data-cell="{identity}" data-role="field">'
        f'<label class="live-label" for="live-{identity}">{html.escape(label)}</label>'
    )
    if found[1].startswith("["):
        options = "".join(
            f'<option value="{html.escape(str(o))}">{html.escape(str(o)) or "choose"}</option>'
            for o in json.loads(found[1])
        )
        return f'{begin}<select id="live-{identity}">{options}</select></div>'
    return f'{begin}<input id="live-{identity}" type="text" autocapitalize="off" autocomplete="off"></div>'


def _buttons(identity: str, role: str, words: str, name: str) -> str:
    return (
        f'<div class="live-run" data-cell="{identity}" data-role="{role}">'
        f'<button type="button" class="live-button" data-run="{identity}">{html.escape(words)}'
        f'<span class="live-hidden"> {html.escape(name)}</span></button>'
        f'<button type="button" class="live-button live-quiet" data-stop="{identity}" hidden>Stop</button>'
        f'<span class="live-said" role="status"></span>'
        f'<div class="live-output" id="live-output-{identity}" role="region" '
        f'aria-label="What {html.escape(name)} gave" hidden></div></div>'
    )


def _head(app: Sphinx, plan: dict[str, Any], colab: str) -> str:
    """Style, plan and script. In a block of JSON, no text can end the block."""
    return _loads(plan, "live-plan", "page.js")


def _loads(plan: dict[str, Any], name: str, script: str) -> str:
    """What makes a page live. In a block of JSON, no text can end the block."""
    served = f"{plan['root']}{SERVED}"
    written = json.dumps(plan, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<link rel="stylesheet" href="{served}/live.css?v={_digest("live.css")}">'
        f'<script type="application/json" id="{name}">{written}</script>'
        # A page that was opened as a file may load no module, and has no engine to begin with.
        f'<script>if (location.protocol !== "file:") {{ const module = document.createElement("script"); '
        f'module.type = "module"; module.src = "{served}/{script}?v={_digest(*MODULES)}"; '
        "document.head.append(module); }</script>"
    )


def _start(plan: dict[str, Any]) -> str:
    if "files" not in plan:
        return (
            '<div class="live-bar" data-missing><p>Your code cannot be run on this page: the site was built without '
            "the engine. Whoever builds it says <code>make live</code> where PyPI and npm can be reached, then "
            "<code>make book</code>. You can write here all the same, download the notebook below, and run it in "
            "Colab.</p></div>"
        )
    return (
        '<div class="live-bar"><p class="live-how">Solve the exercises on this page: write your code, press '
        "<strong>Check</strong>, and get the same card as in the notebook. Python runs in your browser; nothing that "
        "you write leaves it. What you write is kept in this browser.</p>"
        f'<p><button type="button" class="live-button live-start">Start</button> '
        f'<span class="live-size">{_loading(plan)}</span></p>'
        '<progress class="live-progress" max="1" value="0" aria-label="Loading" hidden></progress>'
        '<p class="live-state" role="status"></p><p class="live-keys" id="live-keys">In an editor, Tab indents; press '
        "Esc, then Tab, to leave it.</p></div>"
    )


def _end(colab: str, unit: str) -> str:
    return (
        '<div class="live-bar live-end"><p>The notebook with everything that you have written here, to hand in or to '
        "go on with:</p>"
        f'<p><button type="button" class="live-button live-download">Download {html.escape(unit)}.ipynb</button> '
        f'<a class="live-button live-quiet" href="{html.escape(colab)}">Open in Colab</a></p>'
        "<p>The link opens the notebook as it was released. To take your answers along, download the notebook, then "
        "choose <em>File, Upload notebook</em> in Colab. That is where exercises that need Keras can be run.</p>"
        '<p class="live-state" role="status"></p></div>'
    )


def _raw(text: str) -> str:
    return f"{FENCE}{{raw}} html\n{text}\n{FENCE}"


# --- cells of lessons --------------------------------------------------------------------------------------------


def tried(notebook: nbformat.NotebookNode) -> list[dict[str, str]]:
    """The tagged cells of a lesson. `name`: what the last function or class in it is called, else its place."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or TAG not in cell.metadata.get("tags", []):
            continue
        kinds = (ast.FunctionDef, ast.ClassDef)
        try:
            body = ast.parse(cell.source).body
        except SyntaxError as error:
            raise ExtensionError(
                f"Cell {cell.get('id')} has the tag {TAG}, so it must be plain Python: {error}"
            ) from None
        made = [node.name for node in body if isinstance(node, kinds)]
        name = made[-1] if made else f"cell {len(found) + 1}"
        found.append({"id": cell.get("id", ""), "name": name, "source": cell.source})
    return found


def _lesson(app: Sphinx, docname: str) -> list[dict[str, str]]:
    path = Path(app.srcdir) / f"{docname}.ipynb"
    if not docname.startswith(LESSONS) or not path.exists() or _manifest(app) is None:
        return []
    return tried(nbformat.read(path, as_version=4))


class TryIt(SphinxTransform):
    """Put a button below each tagged cell of a lesson."""

    default_priority = 403

    def apply(self, **kwargs: Any) -> None:
        here = _lesson(self.app, self.env.docname)
        if not here:
            return
        boxes = [
            box for box in self.document.findall(nodes.container) if f"tag_{TAG}" in box["classes"]
        ]
        root = "../" * self.env.docname.count("/")
        plan = {
            "seconds": SECONDS,
            "root": root,
            "worker": WORKER,
            "before": BEFORE,
            "unit": "",
            "cells": here,
            **_engine(self.app, root),
        }
        for cell, box in zip(here, boxes, strict=True):
            code = next(i for i, part in enumerate(box) if "cell_input" in part["classes"])
            about = _loading(plan) if cell is here[0] else ""
            box.insert(code + 1, nodes.raw("", _try(cell, about), format="html"))
        self.document.append(nodes.raw("", _loads(plan, "live-try-plan", "try.js"), format="html"))
        manifest = Path(self.app.srcdir) / "_build" / "live" / "site" / "manifest.json"
        for path in (manifest, *SOURCES.glob("*.js"), SOURCES / "live.css"):
            self.env.note_dependency(str(path))


def _try(cell: dict[str, str], about: str) -> str:
    """What `try.js` shows; without it there is nothing to see."""
    said = f'<span class="live-size">Edit and run this cell here. {about}</span>' if about else ""
    return (
        f'<div class="live-try" data-cell="{html.escape(cell["id"])}" hidden>'
        '<button type="button" class="live-button live-quiet">Try it'
        f'<span class="live-hidden">: {html.escape(cell["name"])}</span></button>{said}'
        '<progress class="live-progress" max="1" value="0" aria-label="Loading" hidden></progress>'
        '<span class="live-state" role="status"></span></div>'
    )


def _loading(plan: dict[str, Any]) -> str:
    """What a start costs."""
    return plan["loads"].format(size=f"{plan['size'] / 1e6:.1f} MB")


# --- the engine --------------------------------------------------------------------------------------------------


def _digest(*names: str) -> str:
    """Changes when one of the files does: browsers keep them."""
    whole = hashlib.sha256()
    for name in names:
        whole.update((SOURCES / name).read_bytes())
    return whole.hexdigest()[:12]


def _manifest(app: Sphinx) -> dict[str, Any] | None:
    path = Path(app.srcdir) / "_build" / "live" / "site" / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _engine(app: Sphinx, root: str, unit: str = "") -> dict[str, Any]:
    """What a page needs to load an engine, and the checks of `unit`; empty where there is none."""
    manifest = _manifest(app)
    if manifest is None:
        return {}
    served = f"{root}{SERVED}"
    pyodide = app.config.live_engine == "pyodide"
    made = (
        {"pack": "course", "worker": "worker_pyodide"}
        if pyodide
        else {"pack": "pack", "worker": "worker"}
    )
    files = [
        {"role": role, "url": f"{served}/{one['file']}", "bytes": one["bytes"]}
        for role, one in ((role, manifest["files"][key]) for role, key in made.items())
    ]
    if unit:
        checks = bundle(unit)
        size = checks.stat().st_size
        files.append({"role": "bundle", "url": f"{served}/{_bundle_name(checks)}", "bytes": size})
    size = sum(file["bytes"] for file in files) + manifest["editor"]
    return {
        "engine": app.config.live_engine,
        "files": files,
        "editor": manifest["editor"],
        "size": size,
        "from": app.config.live_pyodide if pyodide else None,
        "room": room(app),
        "loads": "Loads {size}, and Python from " + app.config.live_pyodide
        if pyodide
        else "Loads {size}, once.",
    }


def _bundle_name(checks: Path) -> str:
    return f"{checks.stem}-{hashlib.sha256(checks.read_bytes()).hexdigest()[:12]}.zip"


def room(app: Sphinx) -> str:
    """The document of the frame in which code runs. Its policy allows its own script and no connection."""
    script = (SOURCES / "room.js").read_text(encoding="utf-8")
    elsewhere = (
        f" {_origin(app.config.live_pyodide)}" if app.config.live_engine == "pyodide" else ""
    )
    policy = (
        f"default-src 'none'; script-src {_hash(script)} 'wasm-unsafe-eval'{elsewhere}; worker-src blob:"
        + (f"; connect-src{elsewhere}" if elsewhere else "")
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>Where your code runs</title></head><body><script>{script}</script></body></html>"
    )


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _origin(address: str) -> str:
    return re.sub(r"^(https?://[^/]+).*", r"\1", address)


def policy(app: Sphinx, text: str) -> str:
    """The policy of a page: what lies on the site, the scripts that stand in the page, the room, and nothing else."""
    scripts = {
        _hash(found[2]) for found in INLINE_SCRIPT.finditer(text) if not DATA_BLOCK.search(found[1])
    }
    scripts.add(_hash((SOURCES / "room.js").read_text(encoding="utf-8")))
    handlers = {
        _hash(html.unescape(found[1] or found[2] or ""))
        for found in HANDLER.finditer(_without_scripts(text))
    }
    elsewhere = (
        f" {_origin(app.config.live_pyodide)}" if app.config.live_engine == "pyodide" else ""
    )
    unsafe = " 'unsafe-hashes'" if handlers else ""
    hashes = " ".join(sorted(scripts | handlers))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'wasm-unsafe-eval'{unsafe} {hashes}{elsewhere}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            f"connect-src 'self'{elsewhere}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def _without_scripts(text: str) -> str:
    return re.sub(r"<script\b.*?</script>", "", text, flags=re.DOTALL | re.IGNORECASE)


# --- the build ---------------------------------------------------------------------------------------------------


def write_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the unit's page in the place of the file that stands for it."""
    if not docname.startswith(PLACE):
        return
    unit = docname.removeprefix(PLACE)
    source[0] = page(unit, app)
    root = Path(app.srcdir)
    for path in (
        root / "exercises" / "release" / unit / f"{unit}.ipynb",
        root / "_build" / "live" / "site" / "manifest.json",
        *SOURCES.glob("*.js"),
        SOURCES / "live.css",
    ):
        app.env.note_dependency(str(path))


def finish(app: Sphinx, error: Exception | None) -> None:
    """Copy what the pages load, and write each page's policy into it."""
    if error is not None or app.builder.format != "html":
        return
    units = [name.removeprefix(PLACE) for name in app.env.found_docs if name.startswith(PLACE)]
    lessons = [name for name in sorted(app.env.found_docs) if _lesson(app, name)]
    if not units and not lessons:
        return
    out = Path(app.outdir)
    target = out / SERVED
    shutil.rmtree(target, ignore_errors=True)
    built = Path(app.srcdir) / "_build" / "live" / "site"
    if _manifest(app) is not None:
        shutil.copytree(built, target)
    target.mkdir(parents=True, exist_ok=True)
    version = _digest(*MODULES)
    for name in (*MODULES, "live.css"):
        text = (SOURCES / name).read_text(encoding="utf-8")
        # Modules that come together are kept together.
        text = re.sub(r'(["\'])\./(\w+\.js)\1', rf"\1./\2?v={version}\1", text)
        (target / name).write_text(text, encoding="utf-8")
    shutil.copy2(SOURCES / "service_worker.js", out / WORKER)
    for unit in units:
        shutil.copy2(bundle(unit), target / _bundle_name(bundle(unit)))
    for name in (*(PLACE + unit for unit in units), *lessons):
        path = out / f"{name}.html"
        text = path.read_text(encoding="utf-8")
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(app, text)}">'
        if "Content-Security-Policy" not in text.partition("</head>")[0]:
            path.write_text(
                re.sub(r"<head>", f"<head>\n    {meta}", text, count=1), encoding="utf-8"
            )


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("live_engine", "wasi", "env", types=(str,))
    app.add_config_value(
        "live_pyodide", "https://cdn.jsdelivr.net/pyodide/v314.0.7/full/", "env", types=(str,)
    )
    app.connect(
        "source-read", write_page, priority=900
    )  # after the tokens, of which a notebook has none
    app.add_transform(TryIt)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
