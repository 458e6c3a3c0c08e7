"""Pictures of pages for the README: small PNG files, drawn by a headless Chromium.

python book/_tools/screenshots.py                     the README's two pictures, from the built book and demo
python book/_tools/screenshots.py PAGE TARGET.png     any page, file or address
    [--width 1200] [--height 800] [--scale 1] [--dark] [--full] [--at '#anchor']
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from browser import chromium, find_browser
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / ".github" / "pictures"
LARGEST = 150_000  # bytes of a picture in the README
# What the README shows: page, target, anchor to scroll to.
README = [
    ("_build/html/lessons/04_lstm_gates.html", "page.png", "#the-output-gate"),
    ("_build/demo/results/04_lstm_gates/report.html", "report.png", None),
]


def take(
    browser,
    page: str,
    target: Path,
    *,
    width: int = 1200,
    height: int = 800,
    scale: float = 1,
    dark: bool = False,
    full: bool = False,
    at: str | None = None,
) -> int:
    """Draw `page` into `target` with as few colours as keep it under `LARGEST`; returns its size in bytes."""
    address = page if "://" in page else Path(page).resolve().as_uri()
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    tab = context.new_page()
    tab.goto(address, wait_until="load")
    tab.evaluate("document.fonts.ready")
    tab.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
    if at:
        tab.locator(at).first.evaluate("element => element.scrollIntoView()")
    tab.wait_for_timeout(400)
    picture = Image.open(io.BytesIO(tab.screenshot(full_page=full))).convert("RGB")
    context.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32):
        data = io.BytesIO()
        few = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(data, "PNG", optimize=True)
        if data.tell() <= LARGEST:
            break
    target.write_bytes(data.getvalue())
    return data.tell()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("page", nargs="?")
    parser.add_argument("target", nargs="?", type=Path)
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--height", type=int, default=800)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--at")
    options = vars(parser.parse_args(arguments))
    page, target = options.pop("page"), options.pop("target")
    if page and not target:
        parser.error("say where the picture goes: PAGE TARGET.png")
    executable = find_browser()
    if executable is None:
        print(
            "No Chromium found. Install one (Debian: apt install chromium) or set COURSE_BROWSER.",
            file=sys.stderr,
        )
        return 4
    jobs = [(page, target, options)]
    if page is None:
        jobs = []
        for pattern, name, anchor in README:
            found = sorted(ROOT.glob(pattern))
            if not found:
                print(f"{pattern} is missing: run `make course` first.", file=sys.stderr)
                return 2
            jobs.append((str(found[0]), PICTURES / name, options | {"at": anchor}))
    with chromium(executable) as browser:
        for source, picture, how in jobs:
            print(f"{picture}: {take(browser, source, picture, **how) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
