"""Downloads from Canvas, Moodle and Google Classroom end in `submitted/`: each with its student, safely."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import toycourse
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import cli
from autograder.course import id_problem
from autograder.lms import PLATFORMS, archive, collect, labels, roster
from autograder.lms.collect import CollectError

ROSTER = """id,name,email,canvas id
ada,Ada Lovelace,ada@x.org,12
bob,Bob Stone,bob@x.org,13
cyd,"van Dyk, Cyd",cyd@x.org,14
twin1,Eve Twin,e1@x.org,15
twin2,Eve Twin,e2@x.org,16
"""


@pytest.fixture
def course(toy_course):
    return toy_course


@pytest.fixture
def notebook(course):
    """`notebook(text)`: a submission of the toy course that holds `text`."""
    released = json.loads((Path(course.root) / "release/toy/toy.ipynb").read_text())

    def make(text: str = "") -> bytes:
        return json.dumps(
            toycourse.filled(released, toycourse.RIGHT | {"written_why": text})
        ).encode()

    return make


def pack(path: Path, files: dict[str, bytes], when: tuple = (2026, 3, 1, 12, 0, 0)) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(zipfile.ZipInfo(name, when), content)
    return path


def place(course, student: str) -> Path:
    return Path(course.root) / "submitted" / student / "toy" / "toy.ipynb"


def everything(course) -> dict[str, bytes]:
    top = Path(course.root)
    return {p.relative_to(top).as_posix(): p.read_bytes() for p in top.rglob("*") if p.is_file()}


def test_canvas(course, notebook, tmp_path):
    source = pack(
        tmp_path / "submissions.zip",
        {
            "lovelaceada_12_501_toy.ipynb": notebook("first"),
            "lovelaceada_12_502_toy-1.ipynb": notebook("second"),
            "stonebob_LATE_13_400_Copy of toy (1).ipynb": notebook("late"),
            "vandykcyd_late_14_401_toy.ipynb": notebook(),
            "lovelaceada_12_503_picture.png": b"png",
            "twineve_LATE_15_link.html": b"a notebook in Colab",
        },
    )
    done = collect.collect(course, "toy", [source], roster.parse(ROSTER))
    assert done.new == ["ada", "bob", "cyd"] and done.late == ["bob", "cyd"]
    assert done.unmatched == [("twineve_LATE_15_link.html", "no notebook was handed in by twin1")]
    assert done.other == ["lovelaceada_12_503_picture.png", "twineve_LATE_15_link.html"]
    assert place(course, "ada").read_bytes() == notebook("second") and len(done.older) == 1
    # The zip has the time of the download: no penalty may come of it.
    assert not (place(course, "ada").parent / "timestamp.txt").exists()


def test_canvas_without_a_class_list_keeps_people_of_one_name_apart(course, notebook, tmp_path):
    files = {"twineve_15_1_toy.ipynb": notebook("a"), "twineve_16_2_toy.ipynb": notebook("b")}
    source = pack(tmp_path / "s.zip", files)
    assert collect.collect(course, "toy", [source]).new == ["twineve_15", "twineve_16"]


@pytest.mark.parametrize(
    ("name", "own", "readings"),
    [
        ("lovelaceada_12_501_04_lstm_gates.ipynb", "", 1),  # no number of Canvas begins with 0
        ("lovelaceada_LATE_12_501_10_attention-2.ipynb", "10_attention", 1),
        ("lovelaceada_12_501_10_things.ipynb", "10_attention", 2),
        ("stonebob_13_12_777_10_attention.ipynb", "10_attention", 2),
    ],
)
def test_notebooks_whose_names_begin_with_a_number(name, own, readings):
    found = labels.labels(archive.Member(name, "d.zip", None, bytes), own)
    assert len(found) == readings and found[0].number == name.replace("_LATE", "").split("_")[1]


def test_every_platform_that_can_be_asked_for_is_read():
    names = {
        "canvas": "stonebob_13_400_toy.ipynb",
        "moodle": "Bob Stone_772_assignsubmission_file_/toy.ipynb",
        "classroom": "Bob Stone - toy.ipynb",
    }
    assert set(names) == set(PLATFORMS)
    for platform, name in names.items():
        found = labels.labels(archive.Member(name, "d.zip", None, bytes))
        assert [label.kind for label in found] == [platform]


@pytest.mark.parametrize("end", ["", "_"])
def test_moodle(course, notebook, tmp_path, end):
    course.config.Exchange.timezone = "Europe/Berlin"
    source = pack(
        tmp_path / "m.zip",
        {
            f"Ada Lovelace_771_assignsubmission_file{end}/my solution.ipynb": notebook("x"),
            "Bob Stone_772_assignsubmission_file_/deep/victim_1_2_toy.ipynb": notebook("y"),
            "Cyd van Dyk_773_assignsubmission_onlinetext/onlinetext.html": b"<p>",
        },
    )
    people = "Identifier,Full name,ID number,Last modified (submission)\n" + "".join(
        f'Participant {n},{name},{student},"{time}"\n'
        for n, name, student, time in (
            (771, "Ada Lovelace", "ada", "Sunday, 1 March 2026, 11:05 AM"),
            (772, "Bob Stone", "bob", ""),
            (773, "Cyd van Dyk", "cyd", ""),
        )
    )
    done = collect.collect(course, "toy", [source], roster.parse(people))
    assert done.new == ["ada", "bob"] and done.unmatched[0][1] == "no notebook was handed in by cyd"
    assert (
        place(course, "ada").parent / "timestamp.txt"
    ).read_text() == "2026-03-01 10:05:00 UTC\n"
    assert "read as Europe/Berlin" in done.text()
    assert not (place(course, "bob").parent / "timestamp.txt").exists()


def test_moodle_in_one_folder(course, notebook, tmp_path):
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "Ada Lovelace_771_assignsubmission_file_toy.ipynb").write_bytes(notebook())
    assert collect.collect(course, "toy", [folder]).new == ["Ada Lovelace"]


def test_classroom(course, notebook, tmp_path):
    one = pack(
        tmp_path / "drive-1.zip",
        {"Toy/Ada Lovelace - toy.ipynb": notebook("old")},
        (2026, 3, 1, 8, 0, 0),
    )
    two = pack(
        tmp_path / "drive-2.zip",
        {
            "Toy/Ada Lovelace - Copy of toy (1).ipynb": notebook("new"),
            "Toy/Bob Stone - toy.ipynb": notebook(),
            "Toy/toy.ipynb": notebook(),
            "Toy/Eve Twin - toy.ipynb": notebook(),
        },
        (2026, 3, 1, 9, 0, 0),
    )
    for order in ([one, two], [two, one]):
        done = collect.collect(course, "toy", order, roster.parse(ROSTER), dry_run=True)
        assert done.new == ["ada", "bob"]
    assert [why for _, why in done.unmatched] == [
        "its name is not one that Canvas, Moodle or Google Classroom writes",
        "2 students of the class list are called 'Eve Twin'",
    ]
    collect.collect(course, "toy", order, roster.parse(ROSTER))
    assert place(course, "ada").read_bytes() == notebook("new")
    expected = datetime(2026, 3, 1, 9).astimezone(UTC)
    assert (
        place(course, "ada").parent / "timestamp.txt"
    ).read_text() == f"{expected:%Y-%m-%d %H:%M:%S} UTC\n"


def test_again_is_harmless_newer_replaces_and_older_does_not(course, notebook, tmp_path):
    def download(number: int, text: str) -> Path:
        return pack(
            tmp_path / f"{number}.zip", {f"lovelaceada_12_{number}_toy.ipynb": notebook(text)}
        )

    people = roster.parse(ROSTER)
    assert collect.collect(course, "toy", [download(500, "v1")], people).new == ["ada"]
    before = everything(course)
    assert collect.collect(course, "toy", [download(500, "v1")], people).unchanged == ["ada"]
    assert everything(course) == before
    assert collect.collect(course, "toy", [download(600, "v2")], people, dry_run=True).replaced == [
        "ada"
    ]
    assert everything(course) == before
    assert collect.collect(course, "toy", [download(600, "v2")], people).replaced == ["ada"]
    assert collect.collect(course, "toy", [download(500, "v1")], people).kept == ["ada"]
    assert place(course, "ada").read_bytes() == notebook("v2")
    assert not list(Path(course.root).rglob("*.tmp"))


def test_what_came_from_elsewhere_is_left_alone(course, notebook, tmp_path):
    toycourse.submit(Path(course.root), "ada", b"by hand")
    source = pack(tmp_path / "s.zip", {"lovelaceada_12_501_toy.ipynb": notebook()})
    assert collect.collect(course, "toy", [source], roster.parse(ROSTER)).kept == ["ada"]
    assert place(course, "ada").read_bytes() == b"by hand"
    (Path(course.root) / "results/toy/collected.json").write_text("[1, 2]")  # not as we write it
    assert collect.collect(course, "toy", [source], roster.parse(ROSTER)).kept == ["ada"]


def test_a_new_file_takes_the_old_time_away(course, notebook, tmp_path):
    people = "id,name,canvas id,submitted\nada,Ada Lovelace,12,2026-03-01 10:00:00 UTC\n"
    collect.collect(
        course,
        "toy",
        [pack(tmp_path / "1.zip", {"lovelaceada_12_1_toy.ipynb": notebook("1")})],
        roster.parse(people),
    )
    stamp = place(course, "ada").parent / "timestamp.txt"
    assert stamp.read_text() == "2026-03-01 10:00:00 UTC\n"
    collect.collect(
        course,
        "toy",
        [pack(tmp_path / "2.zip", {"lovelaceada_12_2_toy.ipynb": notebook("2")})],
        roster.parse(ROSTER),
    )
    assert not stamp.exists()


def test_the_best_file_is_a_notebook_of_this_assignment(course, notebook, tmp_path):
    other = json.dumps(
        {
            "nbformat": 4,
            "cells": [
                {
                    "cell_type": "code",
                    "source": "",
                    "metadata": {"nbgrader": {"grade_id": "lstm_step"}},
                }
            ],
        }
    ).encode()
    done = collect.collect(
        course,
        "toy",
        [
            pack(
                tmp_path / "s.zip",
                {
                    "lovelaceada_12_501_toy.ipynb": notebook("right"),
                    "lovelaceada_12_502_other.ipynb": other,
                    "stonebob_13_503_toy.ipynb": b"not json",
                    "vandykcyd_14_504_other.ipynb": other,
                },
            )
        ],
        roster.parse(ROSTER),
    )
    assert done.new == ["ada", "bob"]  # the grader says what is wrong with bob's file
    assert place(course, "ada").read_bytes() == notebook("right")
    assert sorted(why.split(",")[0] for _, why in done.unmatched) == [
        "a notebook of ada",
        "a notebook of cyd",
    ]


def test_a_zip_that_a_student_handed_in(course, notebook, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("__MACOSX/._toy.ipynb", b"noise")
        file.writestr("stonebob_13_9_toy.ipynb", notebook("mine"))
    source = pack(tmp_path / "s.zip", {"lovelaceada_12_501_work.zip": inner.getvalue()})
    done = collect.collect(course, "toy", [source], roster.parse(ROSTER))
    assert done.new == ["ada"] and done.complete  # not bob: a student's own names count for nothing


def test_nobody_hands_in_for_somebody_else(course, notebook, tmp_path):
    """Names that end in a number read like another student's file; the class list tells."""
    attack = {
        "stonebob_13_12_777_toy.ipynb": notebook("evil")
    }  # ada renamed herself to "stonebob_13"
    done = collect.collect(course, "toy", [pack(tmp_path / "s.zip", attack)], roster.parse(ROSTER))
    assert not done.new and "two ways" in done.unmatched[0][1]
    attack = {"lovelaceada_13_777_toy.ipynb": notebook("evil")}
    done = collect.collect(course, "toy", [pack(tmp_path / "s.zip", attack)], roster.parse(ROSTER))
    assert not done.new and "another name for the number 13" in done.unmatched[0][1]
    done = collect.collect(
        course,
        "toy",
        [pack(tmp_path / "s.zip", {"stonebob_99_1_toy.ipynb": notebook()})],
        roster.parse(ROSTER),
    )
    assert not done.new and "99" in done.unmatched[0][1]


def test_two_people_of_one_name_in_moodle_get_no_folder_together(course, notebook, tmp_path):
    one = {"Eve Twin_1_assignsubmission_file/toy.ipynb": notebook("first")}
    two = {"Eve Twin_2_assignsubmission_file/toy.ipynb": notebook("second")}
    done = collect.collect(course, "toy", [pack(tmp_path / "both.zip", one | two)])
    assert not done.new and len(done.unmatched) == 2 and "several people" in done.unmatched[0][1]
    assert collect.collect(course, "toy", [pack(tmp_path / "1.zip", one)]).new == ["Eve Twin"]
    later = pack(tmp_path / "2.zip", two, (2027, 1, 1, 0, 0, 0))
    assert collect.collect(course, "toy", [later]).kept == [
        "Eve Twin"
    ]  # in another download: still not hers
    people = roster.parse("id,name,moodle id\ntwin1,Eve Twin,1\ntwin2,Eve Twin,2\n")
    assert collect.collect(course, "toy", [tmp_path / "both.zip"], people).new == ["twin1", "twin2"]


def test_in_drive_a_name_of_another_platform_counts_for_nothing(course, notebook, tmp_path):
    source = pack(
        tmp_path / "d.zip",
        {"stonebob_13_999_toy.ipynb": notebook("evil"), "Bob Stone - toy.ipynb": notebook("mine")},
    )
    done = collect.collect(course, "toy", [source], roster.parse(ROSTER), platform="classroom")
    assert done.new == ["bob"] and place(course, "bob").read_bytes() == notebook("mine")
    assert "classroom" in done.unmatched[0][1]


def test_ids_that_differ_in_case_alone_are_not_written(course, notebook, tmp_path):
    source = pack(
        tmp_path / "s.zip",
        {
            "ADA - toy.ipynb": notebook("1"),
            "ada - toy.ipynb": notebook("2"),
            "bob - toy.ipynb": notebook(),
        },
    )
    done = collect.collect(course, "toy", [source])
    assert done.new == ["bob"] and len(done.unmatched) == 2


def test_hostile_names_stay_outside_and_cost_nobody_else(course, notebook, tmp_path):
    before = everything(course)
    source = pack(
        tmp_path / "s.zip",
        {
            "../../escape_1_2_toy.ipynb": notebook(),
            "/abs - toy.ipynb": notebook(),
            ".hidden - toy.ipynb": notebook(),
            ".. - toy.ipynb": notebook(),
            "a:b - toy.ipynb": notebook(),
            "x" * 300 + " - toy.ipynb": notebook(),
            "..\\evil - toy.ipynb": notebook(),
            "a\x1b[31mb - toy.ipynb": notebook(),
            "good - toy.ipynb": notebook(),
        },
    )
    done = collect.collect(course, "toy", [source])
    assert done.new == ["good"]
    added = set(everything(course)) - set(before)
    assert added == {
        "submitted/good/toy/toy.ipynb",
        "submitted/good/toy/timestamp.txt",
        "results/toy/collected.json",
    }
    assert "\x1b" not in done.text()
    listed = [name for name, _ in done.unmatched]
    assert {
        "../../escape_1_2_toy.ipynb",
        "/abs - toy.ipynb",
        "..\\evil - toy.ipynb",
        "a:b - toy.ipynb",
    } <= set(listed)


def test_a_course_without_a_release_is_told(course, tmp_path):
    with pytest.raises(CollectError, match="autograder release martian"):
        collect.collect(course, "martian", [tmp_path])


def test_the_command(course, notebook, tmp_path, capsys):
    source = pack(
        tmp_path / "s.zip", {"lovelaceada_12_501_toy.ipynb": notebook(), "who.ipynb": notebook()}
    )
    people = tmp_path / "people.csv"
    people.write_text(ROSTER)
    arguments = ["collect", "toy", str(source), "--course", course.root, "--roster", str(people)]
    assert cli.main([*arguments, "--dry-run"]) == cli.INCOMPLETE
    assert "1 would be collected" in capsys.readouterr().out and not place(course, "ada").exists()
    assert cli.main([*arguments, "--json", "-"]) == cli.INCOMPLETE
    assert json.loads(capsys.readouterr().out)["new"] == ["ada"]
    (tmp_path / "people.csv").write_text("name\nAda\n")
    assert cli.main(arguments) == cli.USAGE and "no column `id`" in capsys.readouterr().err
    assert (
        cli.main(["collect", "toy", str(tmp_path / "no.zip"), "--course", course.root]) == cli.USAGE
    )


def test_what_was_collected_is_graded(course, notebook, tmp_path, warm_pool):
    from autograder.grade import classroom

    source = pack(tmp_path / "s.zip", {"lovelaceada_12_501_toy.ipynb": notebook()})
    collect.collect(course, "toy", [source], roster.parse(ROSTER))
    run = classroom.grade_class(course, "toy", warm_pool)
    assert run.graded == 1 and not run.failed


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_any_name_makes_a_sound_id_or_a_reason(name):
    member = archive.Member(name, "d.zip", None, bytes)
    for whose in (labels.StudentMatcher(None), labels.StudentMatcher(roster.parse(ROSTER))):
        for shown in (
            name,
            f"{name}_1_2_toy.ipynb",
            f"{name}_1_assignsubmission_file/a.ipynb",
            f"{name} - toy.ipynb",
        ):
            answer = whose.student(
                labels.labels(archive.Member(shown, "d.zip", member.time, bytes))
            )
            assert isinstance(answer, str) or id_problem(answer[0]) is None


# --------------------------------------------------------------------------- whose notebook, and whose name


def another_unit(course) -> bytes:
    """A released notebook of another unit of the course: it shares the quiz's ids, and one exercise."""
    book = json.loads((Path(course.root) / "release/toy/toy.ipynb").read_text())
    kept = []
    for cell in book["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name in ("mean_of_rows", "test_mean_of_rows", "written_why"):
            cell["metadata"]["nbgrader"]["grade_id"] = name.replace("mean_of_rows", "triple") + "2"
            cell["source"] = "".join(cell["source"]).replace("mean_of_rows", "triple")
        kept.append(cell)
    data = json.dumps(book | {"cells": kept}).encode()
    place = Path(course.root) / "release/later/later.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return data


@pytest.mark.parametrize("first", [True, False])
def test_a_notebook_of_another_unit_never_stands_in_for_this_one(course, notebook, tmp_path, first):
    """Not by its quiz, not by an exercise that both units have, not by its place in the download."""
    other, mine = another_unit(course), notebook("mine")
    names = ("lovelaceada_12_501_toy.ipynb", "lovelaceada_12_502_later.ipynb")
    files = dict(zip(names if first else reversed(names), (mine, other), strict=True))
    files["stonebob_13_503_later.ipynb"] = other
    done = collect.collect(course, "toy", [pack(tmp_path / "s.zip", files)], roster.parse(ROSTER))
    assert done.new == ["ada"] and place(course, "ada").read_bytes() == mine
    assert len(done.unmatched) == 2 and not done.older
    assert all("not of this assignment" in why for _, why in done.unmatched)


@pytest.mark.parametrize("ending", [".ipynb.json", ".ipynb.txt", ".json", ".txt"])
def test_an_ending_that_a_browser_added_costs_nothing(course, notebook, tmp_path, ending):
    files = {
        f"lovelaceada_12_501_toy{ending}": notebook("mine"),
        f"stonebob_13_502_notes{ending}": b'{"a": 1}',
    }
    done = collect.collect(course, "toy", [pack(tmp_path / "s.zip", files)], roster.parse(ROSTER))
    assert done.new == ["ada"] and place(course, "ada").read_bytes() == notebook("mine")
    assert done.other == [f"stonebob_13_502_notes{ending}"]
    assert done.unmatched == [(done.other[0], "no notebook was handed in by bob")]


def test_a_notebook_without_metadata_is_of_this_assignment(course, notebook, tmp_path):
    book = json.loads(notebook("mine"))
    for cell in book["cells"]:
        cell["metadata"] = {}
    files = {"lovelaceada_12_501_toy.ipynb": json.dumps(book).encode()}
    assert collect.collect(course, "toy", [pack(tmp_path / "s.zip", files)]).new == [
        "lovelaceada_12"
    ]


@pytest.mark.parametrize("last", [True, False])
def test_an_untouched_copy_never_counts_before_a_filled_notebook(course, notebook, tmp_path, last):
    """Whichever has the higher number; also without metadata, which an editor may have dropped."""
    release = json.loads((Path(course.root) / "release/toy/toy.ipynb").read_text())
    for cell in release["cells"]:
        cell["source"] += "\n\n"
    filled, copy = (501, 502) if last else (502, 501)
    files = {
        f"lovelaceada_12_{filled}_toy.ipynb": notebook("mine"),
        f"lovelaceada_12_{copy}_toy.ipynb": json.dumps(release).encode(),
    }
    done = collect.collect(course, "toy", [pack(tmp_path / "s.zip", files)])
    assert place(course, "lovelaceada_12").read_bytes() == notebook("mine")
    assert len(done.older) == 1


PERSIAN = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
SINHALA = "\u0dc1\u0dca\u200d\u0dbb\u0dd3"
MALAYALAM = "\u0d28\u0d28\u0d4d\u200d\u0d26"


@pytest.mark.parametrize("name", [PERSIAN, SINHALA, MALAYALAM])
@pytest.mark.parametrize("listed", [True, False])
def test_names_with_joiners_are_names(course, notebook, tmp_path, name, listed):
    bare = name.replace("\u200c", "").replace("\u200d", "")
    people = roster.parse(f"id,name,moodle id\ns1,{bare},3\n") if listed else None
    files = {f"{name}_3_assignsubmission_file/toy.ipynb": notebook()}
    done = collect.collect(course, "toy", [pack(tmp_path / "m.zip", files)], people)
    assert done.new == ["s1" if listed else name] and done.complete
    assert place(course, done.new[0]).exists() and name in done.text() + name


def test_spaces_and_hyphens_that_only_look_different_are_one(course, notebook, tmp_path):
    files = {"Ada\xa0Love\xadlace_3_assignsubmission_file/toy.ipynb": notebook()}
    people = roster.parse("id,name\nada,Ada\u202fLovelace\n")
    source = pack(tmp_path / "m.zip", files)
    assert collect.collect(course, "toy", [source], people, dry_run=True).new == ["ada"]
    assert collect.collect(course, "toy", [source]).new == ["Ada Lovelace"]


@pytest.mark.parametrize(
    "name", ["a\u202eb", "a\u200eb", "ada\u200c", "\u200dada", "a\u200b", "a\u2066b", "1\u200d2"]
)
def test_signs_that_turn_or_hide_text_are_refused(course, notebook, tmp_path, name):
    files = {f"{name} - toy.ipynb": notebook()}
    done = collect.collect(course, "toy", [pack(tmp_path / "d.zip", files)])
    assert not done.new and "print nothing" in done.unmatched[0][1]
    assert not done.text().count(name)


def test_names_that_differ_in_joiners_alone_get_no_folder_each(course, notebook, tmp_path):
    bare = PERSIAN.replace("\u200c", "")
    files = {f"{name} - toy.ipynb": notebook(name) for name in (PERSIAN, bare)}
    done = collect.collect(course, "toy", [pack(tmp_path / "d.zip", files)])
    assert not done.new and len(done.unmatched) == 2


WORKSHEET = "Identifier,Full name,Email address,Status\nParticipant 771,Ada Lovelace,a@x.org,\n"


def test_moodles_groups_stand_before_the_name(course, notebook, tmp_path):
    people = roster.parse(WORKSHEET)
    for group in ("Group A", "Lab 2-b", "A-B-C"):
        files = {f"{group}-Ada Lovelace_771_assignsubmission_file/toy.ipynb": notebook()}
        source = pack(tmp_path / "m.zip", files)
        done = collect.collect(course, "toy", [source], people, dry_run=True)
        assert done.new == ["a@x.org"], done.unmatched
    # The number is the platform's; a name that only begins with another's is nobody's.
    for wrong in ("Ada Lovelace-Bob", "Bob", "AAda Lovelace"):
        files = {f"{wrong}_771_assignsubmission_file/toy.ipynb": notebook()}
        source = pack(tmp_path / "m.zip", files)
        assert not collect.collect(course, "toy", [source], people, dry_run=True).new


def test_moodles_blind_marking(course, notebook, tmp_path):
    people = roster.parse(
        "Identifier,Status,Last modified (submission)\nParticipant 771,x,-\nParticipant 772,x,-\n"
    )
    files = {f"Participant_{n}_assignsubmission_file_/toy.ipynb": notebook() for n in (771, 772)}
    done = collect.collect(course, "toy", [pack(tmp_path / "m.zip", files)], people)
    assert done.new == ["Participant 771", "Participant 772"] and done.complete


def test_a_time_that_nobody_can_read_costs_the_time_alone(course, notebook, tmp_path, capsys):
    """Without a zone of the course; told, exit 3, and collected all the same."""
    people = tmp_path / "people.csv"
    people.write_text(
        "id,name,canvas id,submitted\n"
        "ada,Ada Lovelace,12,2026-03-01 10:00\n"
        "bob,Bob Stone,13,03/05/2026 10:00\n"
        "cyd,Cyd van Dyk,14,2026-03-01 10:00:00 +0100\n"
        "eve,Eve Twin,15,-\n"
    )
    names = ("lovelaceada_12", "stonebob_13", "vandykcyd_14", "twineve_15")
    source = pack(tmp_path / "s.zip", {f"{name}_5_toy.ipynb": notebook() for name in names})
    command = ["collect", "toy", str(source), "--course", course.root, "--roster", str(people)]
    for _ in range(2):
        assert cli.main(command) == cli.INCOMPLETE
        out = capsys.readouterr().out
        assert "2 without the time of submission" in out
        assert "c.Exchange.timezone" in out and "day or the month first" in out
    stamps = {
        student: stamp.read_text().strip()
        for student in ("ada", "bob", "cyd", "eve")
        if (stamp := place(course, student).parent / "timestamp.txt").exists()
    }
    assert stamps == {"cyd": "2026-03-01 09:00:00 UTC"}
