"""Times of submission: understood in the one way in which they can be, or refused with what to write."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import NotReady
from autograder.read.times import (
    FILE,
    BadTime,
    course_zone,
    has_zone,
    parse_time,
    read_timestamp,
    written,
)

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-01 12:00:00 UTC", "03-01 12:00:00"),
        ("2026-03-01 12:00:00.123456 UTC", "03-01 12:00:00"),  # nbgrader's own form
        ("2026-03-01T12:00:00Z", "03-01 12:00:00"),
        ("2026-03-01 12:00:00 +0100", "03-01 11:00:00"),
        ("2026-03-01 12:00:00+01:00", "03-01 11:00:00"),
        ("2026-03-01 12:00:00 -08", "03-01 20:00:00"),
        ("2026-03-01 12:00:00 \N{MINUS SIGN}0330", "03-01 15:30:00"),
        ("2026-03-01 12:00 UTC+5:30", "03-01 06:30:00"),
        ("2026-03-01 12:00:00 America/Los_Angeles", "03-01 20:00:00"),
        ("2026-07-01 12:00:00 America/Los_Angeles", "07-01 19:00:00"),
        ("2026-03-01 12:00:00 Asia/Kolkata", "03-01 06:30:00"),
        ("Sun, 01 Mar 2026 12:00:00 GMT", "03-01 12:00:00"),
        ("  2026-03-01   12:00:00  (UTC) ", "03-01 12:00:00"),
    ],
)
def test_a_time_that_says_its_zone_needs_no_course(text, utc):
    for zone in (None, BERLIN, KOLKATA):
        assert f"{parse_time(text, zone):%m-%d %H:%M:%S}" == utc
    assert has_zone(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-01 12:00:00", "03-01 11:00"),
        ("2026-07-01 12:00:00", "07-01 10:00"),  # summer
        ("Monday, 2 March 2026, 11:30 PM", "03-02 22:30"),  # Moodle
        ("Monday, 2 March 2026, 23:30", "03-02 22:30"),
        ("2 Mar 2026 23:30:10", "03-02 22:30"),
        ("March 2, 2026 at 11:30 p.m.", "03-02 22:30"),
        ("05.03.2026 23:30", "03-05 22:30"),  # never 3 May
        ("2026/03/05 23:30", "03-05 22:30"),
        ("2026-03-01 12:00:00 CET", "03-01 11:00"),  # what the course's own clock says
        ("2026-07-01 12:00:00 CEST", "07-01 10:00"),
    ],
)
def test_a_local_time_is_on_the_clock_of_the_course_or_refused(text, utc):
    assert f"{parse_time(text, BERLIN):%m-%d %H:%M}" == utc
    with pytest.raises(BadTime, match=r"Exchange\.timezone|Write an offset"):
        parse_time(text)


@pytest.mark.parametrize("zone", [None, BERLIN, KOLKATA, ZoneInfo("UTC")])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-03-01 12:00:00 PST", "Write an offset"),
        ("2026-03-01 12:00:00 BST", "Write an offset"),
        ("2026-07-01 12:00:00 CET", "Write an offset"),
        ("2026-03-01 12:00:00 +2500", "Write an offset"),
        ("2026-03-01 12:00:00 Mars/Base", "Write an offset"),
        ("2026-03-01 12:00:00 ../../etc/passwd", "Write an offset"),
        ("2026-03-01 12:00:00 America/../../etc", "Write an offset"),
        ("03/05/2026 23:30 UTC", "day or the month first"),
        ("25/05/2026 23:30 UTC", "day or the month first"),
        ("01-02-26 12:00 UTC", "day or the month first"),
        ("2026-03-01", "no date and time"),
        ("12:00 UTC", "no date and time"),
        ("2026-13-01 12:00 UTC", "no date and time"),
        ("2026-02-30 12:00 UTC", "no date and time"),
        ("2026-03-01 24:30 UTC", "no date and time"),
        ("1772366400", "no date and time"),
        ("soon", "no date and time"),
        ("", "no date and time"),
        ("-", "no date and time"),
        ("9" * 500, "no date and time"),
        ("0001-01-01 00:00 +1400", "no date and time"),
        ("Montag, 2. März 2026, 23:30", "no date and time"),
    ],
)
def test_what_could_be_several_times_or_none_is_refused_with_what_to_write(zone, text, says):
    with pytest.raises(BadTime, match=says):
        parse_time(text, zone)


def test_ist_is_known_in_india_alone():
    assert parse_time("2026-03-01 12:00 IST", KOLKATA) == datetime(2026, 3, 1, 6, 30)
    assert parse_time("2026-07-01 12:00 IST", ZoneInfo("Europe/Dublin")) == datetime(2026, 7, 1, 11)
    with pytest.raises(BadTime):
        parse_time("2026-03-01 12:00 IST", BERLIN)


@pytest.mark.parametrize("text", ["2026-10-25 02:30", "2026-03-29 02:30"])
def test_an_hour_that_a_clock_shows_twice_or_never_is_refused(text):
    with pytest.raises(BadTime, match="clocks"):
        parse_time(text, BERLIN)
    assert parse_time(f"{text} +0200", BERLIN) == datetime.fromisoformat(text) - timedelta(hours=2)


@settings(max_examples=300, deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.sampled_from([None, KOLKATA]))
def test_what_is_written_is_read_again(when, zone):
    assert parse_time(written(when), zone) == when.replace(microsecond=0)


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=80)
    | st.text("0123456789:/.,-+ TZapmUC\N{MINUS SIGN}Mar", max_size=60)
    | st.builds("2026-03-01 12:00 {}".format, st.text(max_size=30))
)
def test_any_text_is_a_time_or_a_named_error(text):
    for zone in (None, BERLIN):
        try:
            parse_time(text, zone)
        except BadTime as error:
            assert str(error).isprintable() and "Write" in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"2026-03-01 12:00:00 UTC\r\n",
        b"\xef\xbb\xbf2026-03-01 12:00:00 UTC\r\n",  # Notepad
        "2026-03-01 12:00:00 UTC\r\n".encode("utf-16"),  # PowerShell's >
        b"\xfe\xff" + "2026-03-01 12:00:00 UTC".encode("utf-16-be"),
    ],
)
def test_time_stamps_of_every_editor(tmp_path, data):
    (tmp_path / FILE).write_bytes(data)
    stamp = read_timestamp(tmp_path)
    assert stamp == (datetime(2026, 3, 1, 12), "2026-03-01 12:00:00 UTC", "")


@pytest.mark.parametrize("text", ["soon", "9" * 500, "", "2026-03-01 12:00", "\0\x1b[31m"])
def test_a_time_stamp_that_says_no_time_names_its_file_and_the_remedy(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    when, kept, complaint = read_timestamp(tmp_path)
    assert when is kept is None and complaint.startswith(str(tmp_path / FILE))
    assert "Write" in complaint and complaint.isprintable()


def test_no_time_stamp_is_no_complaint(tmp_path):
    assert read_timestamp(tmp_path) == (None, None, "")
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    assert "link" in read_timestamp(tmp_path).complaint


def test_the_zone_of_a_course(toy_course):
    assert course_zone(toy_course) is None
    toy_course.config.Exchange.timezone = "Asia/Kolkata"
    assert course_zone(toy_course) == KOLKATA
    for wrong in ("Mars/Base", "../x", "/etc/passwd"):
        toy_course.config.Exchange.timezone = wrong
        with pytest.raises(NotReady, match="no time zone"):
            course_zone(toy_course)
