"""A browser, the built book on a server, and a page that remembers what went wrong on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

# What axe-core may complain about, with the reason. Nothing may be added without one.
ALLOWED: dict[str, str] = {}


@pytest.fixture(scope="session")
def browser() -> Iterator:
    pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: run `make venv`"
    )
    from browser import chromium, find_browser

    executable = find_browser()
    if executable is None:
        pytest.skip(
            "No Chromium found: install one (Debian: apt install chromium) or set COURSE_BROWSER."
        )
    with chromium(executable) as running:
        yield running


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Put a built book on a server of this machine, as it is when published; its address."""
    servers = []

    def serve_one(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve_one
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def served(html, serve) -> str:
    """Address of the built book."""
    return serve(html)


@pytest.fixture
def open_page(browser) -> Iterator[Callable]:
    """Open an address; `trouble` on the page lists errors in the console, failed requests and requests that leave."""
    contexts = []

    def open_one(address: str, *, width: int = 1280, dark: bool = False, touch: bool = False):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            has_touch=touch,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.trouble = []
        page.on(
            "console",
            lambda message: (
                message.type == "error" and page.trouble.append(f"console: {message.text}")
            ),
        )
        page.on("pageerror", lambda error: page.trouble.append(f"script: {error}"))
        page.on("requestfailed", lambda request: page.trouble.append(f"failed: {request.url}"))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:", "blob:", "about:", "http://127.0.0.1:"))
                or page.trouble.append(f"left the machine: {request.url}")
            ),
        )
        page.goto(address, wait_until="load")
        # Mathematics is set, typefaces are there, quizzes are drawn: what a reader would wait for.
        page.evaluate("document.fonts.ready")
        page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
        if page.locator(".practice-quiz").count():
            page.wait_for_selector(".practice-quiz[data-ready]", timeout=15_000)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def live_page(html, served, open_page) -> Callable:
    """Open the page of a unit's exercises; skipped where the book was built without an engine."""
    import livepage

    if not (html / "_static" / "live" / "manifest.json").exists():
        pytest.skip("The book has no engine for its exercises: run `make live`, then `make book`.")

    def open_one(unit: str, **options: object) -> livepage.LivePage:
        return livepage.LivePage(open_page(f"{served}/book/live/{unit}.html", **options), unit)

    return open_one


# Contrast is measured word by word, and nine in ten words of a lesson stand in its code. A block of code none of whose
# kinds of word is new, on its ground, tells axe nothing that an earlier block has not told.
MARK_KNOWN_CODE = """() => {
  const seen = new Set();
  for (const block of document.querySelectorAll('article div.highlight')) {
    const ground = ['.cell_input', '.cell_output'].find(place => block.closest(place)) ?? 'text';
    const kinds = [...block.querySelectorAll('*')].map(word => ground + ' ' + word.className);
    block.toggleAttribute('data-known', kinds.every(kind => seen.has(kind)));
    kinds.forEach(kind => seen.add(kind));
  }
}"""


@pytest.fixture(scope="session")
def accessibility() -> Callable[..., list[str]]:
    """What axe-core finds on a page, one line for each violation that is not allowed."""
    engine = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="axe-playwright-python is not installed: run `make venv`",
    ).Axe()

    def violations(page) -> list[str]:
        page.evaluate(MARK_KNOWN_CODE)
        contrast = engine.run(
            page, context={"exclude": [["[data-known]"]]}, options={"runOnly": ["color-contrast"]}
        )
        rest = engine.run(page, options={"rules": {"color-contrast": {"enabled": False}}})
        found = contrast.response["violations"] + rest.response["violations"]
        return [
            f"{item['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
            for item in found
            if item["id"] not in ALLOWED
            for node in item["nodes"]
        ]

    return violations
