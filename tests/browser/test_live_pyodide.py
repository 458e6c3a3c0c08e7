"""The second engine behind the same seam: Pyodide's own interpreter, from a server of another address.

No registry has its NumPy, so the checks themselves cannot be run here: a side of Python that needs none stands in for
the course's, and asks the same of the engine.
"""

from __future__ import annotations

import json
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import live
import live_pages
import pytest

pytestmark = pytest.mark.browser

GUEST = """
import contextlib, io, json, os, traceback

def warm(unit):
    assert unit == "01_any"

def answer(request):
    names = {}
    for cell in request["cells"]:
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                exec(cell["source"], names)
            frame = {"kind": "text", "text": out.getvalue()}
        except BaseException as error:
            frame = {"kind": "error", "text": f"{type(error).__name__}: {error}"}
        os.write(1, (json.dumps(frame | {"cell": cell["id"]}) + "\\n").encode())
    os.write(1, b'{"kind": "end"}\\n')
"""


class Elsewhere(SimpleHTTPRequestHandler):
    """Like a network that delivers to every site."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def serve():
    servers = []

    def serve_one(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Elsewhere, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve_one
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def site(serve, tmp_path_factory) -> str:
    """Address of a page with nothing but the engine; Pyodide lies at another one."""
    folder = tmp_path_factory.mktemp("site")
    fetched = live.BUILD / "fetched"
    fetched.mkdir(parents=True, exist_ok=True)
    pins = json.loads((live.SOURCES / "pins.json").read_text(encoding="utf-8"))
    try:
        archive = live.fetch_npm("pyodide", pins["tests"]["pyodide"], fetched)
    except live.NotFetched as reason:
        pytest.skip(f"{reason}")
    with tarfile.open(archive) as tar:
        # Pinned by hash; the filter is younger than the oldest Python that the course supports.
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(folder / "pyodide", **safe)
    pyodide = serve(folder / "pyodide" / "package")
    app = SimpleNamespace(config=SimpleNamespace(live_engine="pyodide", live_pyodide=pyodide))
    page = folder / "page"
    page.mkdir()
    (page / "engine.js").write_bytes((live.SOURCES / "engine.js").read_bytes())
    (page / "worker.js").write_bytes((live.SOURCES / "worker_pyodide.js").read_bytes())
    (page / "course.pack.gz").write_bytes(live.packed([("course/guest.py", GUEST.encode())]))
    (page / "bundle.zip").write_bytes(b"PK")
    roles = {"pack": "course.pack.gz", "worker": "worker.js", "bundle": "bundle.zip"}
    plan = {
        "unit": "01_any",
        "engine": "pyodide",
        "from": pyodide,
        "packages": [],
        "room": live_pages.room(app),
        "files": [{"role": role, "url": url, "bytes": 1} for role, url in roles.items()],
    }
    written = json.dumps(plan).replace("<", "\\u003c")
    body = (
        f'<script type="application/json" id="live-plan">{written}</script><p>Page</p>'
        '<script type="module" src="engine.js"></script>'
    )
    text = f"<html lang='en'><head><title>Page</title><link rel='icon' href='data:,'></head><body>{body}</body></html>"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{live_pages.policy(app, text)}">'
    (page / "index.html").write_text(
        "<!DOCTYPE html>" + text.replace("<head>", f"<head>{meta}"), encoding="utf-8"
    )
    return serve(page)


BEGIN = """async () => {
  const { Engine } = await import("/engine.js");
  window.engine = new Engine(JSON.parse(document.getElementById("live-plan").textContent));
  await window.engine.load();
}"""
RUN = """async ([sources, seconds]) => {
  const frames = [], cells = sources.map((source, n) => ({ id: String(n), source }));
  const outcome = await window.engine.run({ cells, show: "0" }, { seconds, onFrame: frame => frames.push(frame) });
  return [outcome.why, frames.map(frame => frame.text)];
}"""


def test_the_second_engine_answers_like_the_first(open_page, site):
    page = open_page(site)
    page.evaluate(BEGIN)

    def run(*sources: str, seconds: float = 20):
        return page.evaluate(RUN, [list(sources), seconds])

    assert run("print(6 * 7)", "a = 1", "print(a)") == ["done", ["42\n", "", "1\n"]]
    assert run("1 / 0") == ["done", ["ZeroDivisionError: division by zero"]]
    assert run("print(a)") == ["done", ["NameError: name 'a' is not defined"]]
    assert run("while True: pass", seconds=1) == ["late", []]
    assert run("print('again')") == ["done", ["again\n"]]  # a fresh worker
    for attack in (
        "import js\njs.fetch('/index.html')",
        "import js\njs.importScripts('/engine.js')",
        "import js\njs.XMLHttpRequest.new()",
        "import js\njs.WebSocket.new('ws://127.0.0.1:9/')",
        "import js\njs.indexedDB.open('x')",
        "import js\njs.eval('1')",
        "import js\njs.localStorage.length",
        "import js\njs.document.title",
        "from pyodide.http import open_url\nopen_url('/index.html')",
    ):
        why, [said] = run(attack)
        assert why == "done" and "Error" in said, (attack, said)
    assert page.trouble == [] or all("Content Security Policy" in one for one in page.trouble), (
        page.trouble
    )
