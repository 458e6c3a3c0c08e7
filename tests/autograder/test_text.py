"""Text of strangers is harmless afterwards, whatever it was: what each function of `text` promises."""

from __future__ import annotations

import csv
import html
import io
import re
import time
import unicodedata
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder import text

FUZZ = settings(deadline=None, derandomize=True)  # the same on every machine, however slow
# Anything at all, lone surrogates and control characters too; and what attacks are made of.
PIECES = st.sampled_from(
    [
        *"<>/!?()[]{}:;&`'\"=+-@#*_\\|.,\x00\x07\x1b\x7f\x9b\r\n\t \u202e\u200b\u2028\ud800é𝄞",
        *("script", "b", "img src=x onerror=f()", "a href=", "code", "sub", "!--", "\r\n", "\x1b[31m"),
        *("\x1b]0;title\x07", "javascript", "JavaScript", "vbscript", "data", "&#58;", "&#x3A", "&colon;"),
        *("http://x.y", "![a](b)", "[a][b]", "[a]: b", "=1+1", "cmd|", "]]>", "word", "&amp;", "&lt;"),
    ]
)  # fmt: skip
ANY = st.one_of(
    st.text(st.characters(exclude_categories=[])), st.lists(PIECES, max_size=30).map("".join)
)
HONEST = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" "), max_size=200
)
PLAIN_TAGS = {"sub", "sup", "b", "i", "em", "strong", "code", "br", "p", "kbd", "u"}


class Page(HTMLParser):
    """What a browser makes of HTML: tags, attributes, and the text between them."""

    def __init__(self, source: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.ends: list[str] = []
        self.text = self.other = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        self.ends.append(tag)

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.other += data

    handle_decl = handle_pi = unknown_decl = handle_comment


def unfit(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")


# ---------------------------------------------------------------------------------- shown and stored


@FUZZ
@given(ANY, st.integers(1, 50))
def test_cut_texts_are_no_longer_than_the_limit_and_say_that_they_were_cut(source, limit):
    cut = text.cut(source, limit)
    assert len(cut) <= limit
    assert cut == source or (cut.endswith("…") and source.startswith(cut[:-1]))


@FUZZ
@given(ANY, st.integers(1, 60))
def test_clean_text_has_nothing_that_a_terminal_obeys(source, limit):
    clean = text.clean(source, limit)
    assert len(clean) <= limit
    assert not any(unfit(c) for c in clean if c not in "\n\t")


@FUZZ
@given(ANY)
@example("\x1b[31mred\x1b[0m")
def test_clean_text_keeps_words_and_lines(source):
    clean = text.clean(source, 10_000)
    kept = [c for c in source if c.isalnum()]
    shown = [c for c in clean if c.isalnum()]
    if "\x1b" not in source:
        assert shown == kept
    assert clean.count("\n") == source.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def test_clean_text_shows_no_rest_of_a_colour():
    assert text.clean("\x1b[1;31mred\x1b[0m and \u202eplain\r\nline", 100) == "red and plain\nline"
    assert text.clean("x" * 1_000_000, 5) == "xxxx…"


@FUZZ
@given(HONEST)
def test_honest_text_passes_every_function_for_terminals_and_files_unchanged(source):
    assert text.clean(source, 400) == source
    assert text.storable(source) == source
    assert text.printable(source) == source
    assert text.printable_lines(source) == source
    assert text.xml_safe(source) == source


@FUZZ
@given(ANY)
def test_storable_text_is_utf_8_without_control_characters(source):
    stored = text.storable(source)
    stored.encode("utf-8")
    assert not any(
        unicodedata.category(c) == "Cc" for c in stored if c not in "\t\n\r" and ord(c) < 128
    )
    assert "\r\n" not in stored or "\r\r\n" in source


@FUZZ
@given(st.text())
def test_storable_text_keeps_all_else(source):
    kept = "".join(
        c for c in source.replace("\r\n", "\n") if ord(c) >= 32 and c not in "\x7f\ufffd"
    )
    assert "".join(c for c in text.storable(source) if ord(c) >= 32 and c != "\ufffd") == kept


@FUZZ
@given(ANY)
def test_printable_text_is_one_line_of_the_same_length(source):
    shown = text.printable(source)
    assert shown.isprintable() and len(shown) == len(source)
    assert all(a == b or b == "?" for a, b in zip(source, shown, strict=True))


@FUZZ
@given(ANY)
def test_printable_lines_keep_their_line_ends(source):
    lines = text.printable_lines(source).split("\n")
    assert len(lines) == source.count("\n") + 1 and all(line.isprintable() for line in lines)


@FUZZ
@given(st.one_of(ANY, st.integers(), st.none()), st.integers(1, 40))
def test_quoted_text_cannot_leave_its_backticks(source, limit):
    quoted = text.quote(source, limit)
    assert len(quoted) <= limit and "`" not in quoted
    assert len(quoted.splitlines()) <= 1 and "\n" not in quoted


def test_quoted_text_is_one_sentence_part():
    assert text.quote("a `b`\n\n  c\t", 20) == "a 'b' c"
    assert text.quote("abcdef", 4) == "abc…"


# ------------------------------------------------------------------------------------ HTML, Markdown


@FUZZ
@given(ANY, st.sampled_from(["", "color:inherit"]))
def test_ticked_text_is_text_and_code_and_no_other_tag(source, style):
    page = Page(text.code_ticks(source, style))
    wanted = {"style": style} if style else {}
    assert all(tag == ("code", wanted) for tag in page.tags) and not page.other
    assert page.ends == ["code"] * len(page.tags)
    # Backticks go in pairs, and everything else is shown as it was.
    shown, clean = page.text, source.replace("\r\n", "\n").replace("\r", "\n")
    assert shown.count("`") + 2 * len(page.tags) == source.count("`")
    if not re.search("[\x00\ud800-\udfff]", source):
        assert shown.replace("`", "").split() == clean.replace("`", "").split()


def test_ticks_become_code():
    assert text.code_ticks("see `a<b` & `c`") == "see <code>a&lt;b</code> &amp; <code>c</code>"
    assert text.code_ticks("``", "x") == "``"
    assert text.code_ticks("`\\1`", "a:b") == '<code style="a:b">\\1</code>'


@FUZZ
@given(ANY)
@example("<b></b><!-- x --><?php x ?><!DOCTYPE x>")
@example("![x](y) [x][y] [x]: y")
def test_quiet_markdown_is_no_tag_link_or_picture(source):
    quiet = text.quiet_markdown(source)
    page = Page(quiet)
    assert not page.tags and not page.ends and not page.other
    assert not re.search(r"\][(\[:]", quiet)
    assert quiet.replace(" ", "") == source.replace(" ", "")  # only spaces were added


@FUZZ
@given(ANY)
@example("<a><x/></script><SCRIPT>")
@example("<b onclick=f()>")
@example("<!-- x --><?php x ?><!DOCTYPE x>")
@example("[x](data\n:y) [x](JAVASCRIPT&#x003a;y)")
@example("[x](vbscript&#58;y)")
@example("[x](data&#0058y) [x](data&colon;y)")
def test_students_markdown_has_plain_tags_only_and_no_address_that_runs(source):
    shown = text.harmless_markdown(source)
    page = Page(shown)
    assert all(tag in PLAIN_TAGS and not attributes for tag, attributes in page.tags)
    assert set(page.ends) <= PLAIN_TAGS and not page.other
    assert not re.search(
        r"(javascript|vbscript|data)\s*:", html.unescape(shown.replace(" ", "\0")), re.I
    )
    assert shown.replace(" ", "") == source.replace(" ", "")


@pytest.mark.parametrize(
    "source",
    ["H<sub>2</sub>O, <b>bold</b>,<br/> x<y", "a < b and `data` [1]", "# Title\n\n* $a_{<t}$ data"],
)
def test_students_markdown_keeps_what_is_harmless(source):
    expected = source.replace("x<y", "x< y").replace("<t}", "< t}")
    assert text.harmless_markdown(source) == expected


@pytest.mark.parametrize("piece", ["<", "<b ", "data ", "`", "]", "\x1b[", "&#", "javascript\n"])
@pytest.mark.parametrize("function", [text.code_ticks, text.quiet_markdown, text.harmless_markdown])
def test_a_long_text_takes_as_many_steps_as_it_is_long(function, piece):
    """Nothing of a student's can stop the grader: ten times the text, not a hundred times the work."""

    def work(length):
        source = piece * (length // len(piece))
        times = []
        for _ in range(5):
            start = time.process_time()
            function(source)
            times.append(time.process_time() - start)
        return min(times)

    assert work(400_000) < 40 * work(40_000)


# ---------------------------------------------------------------------------------------- tables, XML


@FUZZ
@given(ANY)
@example("=1+1")
@example("+1")
@example("-1")
@example("@f()")
@example("\t=1")
@example("\r=1")
def test_no_spreadsheet_reads_a_cell_as_a_formula(source):
    cell = text.plain_cell(source)
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert cell.removeprefix("'") == source.removeprefix("'")
    out = io.StringIO(newline="")
    csv.writer(out).writerow([cell])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)) == [cell]


@FUZZ
@given(ANY)
@example("\ufffe\uffff\ud800\x00\x1f\x7f")
def test_xml_can_be_written_and_read_again(source):
    safe = text.xml_safe(source)
    assert len(safe) == len(source)
    element = ET.Element("text")
    element.text = safe
    assert (ET.fromstring(ET.tostring(element, encoding="unicode")).text or "") == (
        safe.replace("\r\n", "\n").replace("\r", "\n")
    )
