"""The class list: what instructors have already is understood, and what cannot be used is named with its line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import id_problem, name_problem
from autograder.lms import roster
from autograder.lms.roster import Person, RosterError
from autograder.text import plain_name

OWN = "id,name,email,canvas id\nada,Ada Lovelace,ada@x.org,12\nbob,Bob Stone,bob@x.org,13\n"
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Toy (7),Final Score
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",12,S1,ada@x.org,Group 1,,
"Stone, Bob",13,S2,bob@x.org,Group 1,5,
"""
WORKSHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,"Last modified (submission)"
Participant 77,Ada Lovelace,ada@x.org,Submitted,,10.00,"Sunday, 1 March 2026, 11:05 AM"
"""
PARTICIPANTS = "First name;Last name;ID number;Email address\nAda;Lovelace;s12;ada@x.org\n"


def test_a_list_of_ones_own():
    assert roster.parse(OWN).people[0] == Person("ada", "Ada Lovelace", "ada@x.org", canvas_id="12")


def test_what_canvas_exports():
    people = roster.parse(CANVAS).people
    assert people[0] == Person(
        "ada@x.org", "Lovelace, Ada", "", "12", "", "S1", "ada@x.org", "Group 1"
    )
    assert len(people) == 2  # the line with the points is no student


def test_what_moodle_exports():
    (ada,) = roster.parse(WORKSHEET).people
    assert (ada.id, ada.name, ada.moodle_id) == (
        "ada@x.org",
        "Ada Lovelace",
        "77",
    ) and "11:05" in ada.submitted
    (ada,) = roster.parse(PARTICIPANTS).people
    assert (ada.id, ada.name, ada.email) == ("s12", "Ada Lovelace", "ada@x.org")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column `id`"),
        ("name,points\nAda,1\n", "no column `id`"),
        ("id,name\n", "no students"),
        ("id\nada\nADA\n", "line 3"),
        ("id\n../x\n", "line 2"),
        ("id\n.x\n", "dot"),
        ("id,name\n,Ada\n", "line 2"),
        ("id\n" + "x" * 129 + "\n", "longer"),
        ("id\n" + "語" * 100 + "\n", "bytes"),
        ("id\na\x1bb\n", "print nothing"),
    ],
)
def test_what_cannot_be_used_is_named(text, says):
    with pytest.raises(RosterError, match=says):
        roster.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "ID,Vollständiger Name,Status\nTeilnehmer/in771,Ada Lovelace,x\n",
        "Identifiant,Nom complet,Statut\nParticipant 771,Ada Lovelace,x\n",
    ],
)
def test_a_worksheet_in_another_language_is_named_with_the_remedy(text):
    with pytest.raises(RosterError, match="export it in English"):
        roster.parse(text)


def test_a_list_with_an_id_and_an_identifier_is_a_list_of_ones_own():
    (ada,) = roster.parse("id,name,identifier\nal1,Ada Lovelace,771\n").people
    assert (ada.id, ada.moodle_id) == ("al1", "771")


def test_a_blind_worksheet_has_the_participants_numbers():
    (one,) = roster.parse("Identifier,Status\nParticipant 771,Submitted\n").people
    assert (one.id, one.moodle_id, one.name) == ("Participant 771", "771", "")


def test_files_with_a_mark_and_in_old_encodings(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("\ufeffid,name\nada,Ada Müller\n".encode())
    assert roster.read(path).people[0].name == "Ada Müller"
    path.write_bytes("id,name\nada,Ada Müller\n".encode("cp1252"))
    assert roster.read(path).people[0].name == "Ada Müller"
    with pytest.raises(RosterError, match="nothing.csv"):
        roster.read(tmp_path / "nothing.csv")


def test_names_are_compared_as_people_would():
    assert roster.key("Lovelace, Ada") == roster.key("ada  LOVELACE") == roster.key("Ada Lovelace")
    assert roster.key("Müller") == roster.key("Mu\u0308ller") == "muller"
    assert roster.joined("lovelaceada") in roster.run_together("Ada Lovelace")
    assert roster.joined("vandenbergjan") in roster.run_together("Jan van den Berg")
    assert roster.joined("muellerada") not in roster.run_together("Ada Lovelace")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_a_class_list_or_a_named_error(text):
    try:
        people = roster.parse(text).people
    except RosterError as error:
        assert "the class list" in str(error)
    else:
        assert all(id_problem(person.id) is None for person in people)


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_what_is_written_as_csv_is_read_back_or_refused(rows, separator):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([("id", "name"), *rows])
    try:
        people = roster.parse(out.getvalue()).people
    except RosterError:
        return
    rows = [[plain_name(cell.replace("\0", "")).strip() for cell in row] for row in rows]
    sound = [row for row in rows if any(row)]
    sound = [row for row in sound if "points possible" not in row[1].casefold()]
    assert [[p.id, p.name] for p in people] == sound


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=150))
def test_every_id_is_one_folder_name_that_the_gradebook_takes(text):
    if id_problem(text) is None:
        assert name_problem(text) is None
        assert "/" not in text and text not in (".", "..") and len(text.encode()) < 256
