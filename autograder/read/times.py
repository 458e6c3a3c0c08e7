"""When something was handed in: a text as a time in UTC, understood or refused, never guessed.

An offset and a zone's name are understood. A time without either is on the clock of the course,
which `c.Exchange.timezone` in nbgrader_config.py names, and nowhere else. A text that can be read
in two ways (`03/05/2026`, `IST`, 02:30 in the night when clocks go back) is refused with what to
write. Nothing is stored here.
"""

from __future__ import annotations

import codecs
import os
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from ..errors import CourseError, NotReady
from ..text import printable
from .notebook import BadNotebook, open_regular

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

FILE = "timestamp.txt"
MAX_BYTES = 200  # of a time stamp that are read
EXAMPLE = "2026-03-01 12:00:00 UTC"
SETTING = "c.Exchange.timezone"

# Dates that mean one thing only, besides ISO 8601: months in words, as Moodle writes them, and
# the dotted form, in which the day always comes first.
_DATES = ("%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b")
_ZONE = re.compile(
    r"(?P<when>.*?\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\b\.?)?)(?!\d) ?(?P<zone>.*)",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d\d))?")


class BadTime(CourseError, ValueError):
    """A text is no time, or could be several; the message says why, and what to write."""


def course_zone(course: CourseDirectory) -> ZoneInfo | None:
    """The time zone of the course; None where its configuration names none.

    Raises:
        NotReady: it names one that there is not.
    """
    name = course.config.Exchange.get("timezone")
    if not isinstance(name, str) or not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise NotReady(
            f"{SETTING} in nbgrader_config.py is {name!r}, which is no time zone. "
            "Write one such as Europe/Berlin or UTC."
        ) from None


def parse_time(text: str, zone: ZoneInfo | None = None) -> datetime:
    """The time that `text` names, in UTC and without a zone, as nbgrader keeps times.

    Args:
        text: such as `2026-03-01 12:00:00 UTC`, `…+0100`, `… Europe/Berlin`,
            `Sunday, 1 March 2026, 11:05 AM`.
        zone: of the course: a time without a zone is on its clock.

    Raises:
        BadTime: it is no time, it could be several, or there is no `zone` to read it in.
    """
    plain = " ".join(text.replace("\N{MINUS SIGN}", "-").split())
    found = _ZONE.fullmatch(plain) if len(plain) <= MAX_BYTES else None
    if found is None:
        raise BadTime(_no_time(text))
    named: str = found["zone"]
    where: tzinfo | None = zone
    naive = _naive(found["when"].lower(), text)
    if named:
        where = _zone(named, zone, naive)
        if where is None:
            raise BadTime(
                f"`{printable(named)[:40]}` does not say one time zone. Write an offset or a "
                f"name, such as `{naive:%Y-%m-%d %H:%M:%S} +0100` or `… Europe/Berlin`."
            )
    if where is None:
        raise BadTime(
            f"`{printable(plain)[:60]}` has no time zone. Write it behind the time, or set "
            f"`{SETTING}` in nbgrader_config.py to the zone of the course."
        )
    try:
        first, second = (naive.replace(tzinfo=where, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second.utcoffset():
            raise BadTime(
                f"`{printable(plain)[:60]}` is in the night when the clocks of {where} change. "
                "Write it with an offset, such as `+0100`."
            )
        return first.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise BadTime(_no_time(text)) from None


def has_zone(text: str) -> bool:
    """Whether a text that `parse_time` takes says its own time zone."""
    found = _ZONE.fullmatch(" ".join(text.split()))
    return found is not None and bool(found["zone"])


def written(when: datetime) -> str:
    """A time in UTC as nbgrader and `parse_time` read it."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


class Stamp(NamedTuple):
    """A time of submission in UTC, the same as text, and why there is none although there should
    be.
    """

    when: datetime | None = None
    text: str | None = None
    complaint: str = ""


def read_timestamp(folder: Path, zone: ZoneInfo | None = None) -> Stamp:
    """What a submission's timestamp.txt says, if there is one; `zone` is that of the course."""
    path = folder / FILE
    if not os.path.lexists(path):
        return Stamp()
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
        when = parse_time(_decoded(data), zone)
    except BadNotebook as error:
        return Stamp(complaint=str(error))
    except BadTime as error:
        return Stamp(complaint=f"{path}: {error}")
    return Stamp(when, written(when))


def _decoded(data: bytes) -> str:
    """The text, whichever mark Windows' editors and shells have put in front."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig", "replace").strip("\ufeff\0 \t\r\n")


def _no_time(text: str) -> str:
    shown = printable(" ".join(text[:60].split())).replace("`", "'")
    return f"`{shown}` is no date and time. Write one line such as `{EXAMPLE}`."


def _naive(when: str, text: str) -> datetime:
    """The date and time on somebody's clock (`when` is in lower case)."""
    when = when.replace("a.m.", "am").replace("p.m.", "pm")
    iso = re.sub(r"(\d)t(?=\d)", r"\1 ", when)
    if re.match(r"\d{4}-\d\d-\d\d ", iso):
        try:
            return datetime.fromisoformat(iso.replace(",", ".")).replace(microsecond=0)
        except ValueError:
            raise BadTime(_no_time(text)) from None
    plain = _WEEKDAY.sub("", when).replace(",", " ").replace(" at ", " ")
    plain = " ".join(re.sub(r"(\d) ?([ap]m)$", r"\1 \2", plain).split())
    if re.match(r"\d{1,2}[/-]\d{1,2}[/-]", plain):
        raise BadTime(
            f"`{printable(text)[:60]}` may put the day or the month first. Write the date as "
            "2026-03-01."
        )
    for date in _DATES:
        for clock in _CLOCKS:
            try:
                return datetime.strptime(plain, f"{date} {clock}")
            except ValueError:
                continue
    raise BadTime(_no_time(text))


def _zone(named: str, course: ZoneInfo | None, naive: datetime) -> tzinfo | None:
    """The zone called `named`; None where the name could mean several or none."""
    named = named.strip("()")
    if named.casefold() in ("utc", "gmt", "z"):
        return UTC
    if found := _OFFSET.fullmatch(named.replace(" ", "").casefold()):
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours <= 14 and minutes < 60:
            return timezone(timedelta(hours=hours, minutes=minutes) * int(f"{found[1]}1"))
    elif re.fullmatch(r"[A-Za-z]+(/[A-Za-z0-9_+-]+)+", named):
        try:
            return ZoneInfo(named)
        except (KeyError, ValueError, OSError):
            return None
    # An abbreviation (IST, CET, PST) is known where it is what the course's own clock says.
    if course is not None and naive.replace(tzinfo=course).tzname() == named.upper():
        return course
    return None
