"""`--scheduler`: a real Dask scheduler and real workers on this machine; every grade exactly once, as graded here."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import grading as bench
import pytest
import toycourse

pytest.importorskip("nbgrader")
pytest.importorskip("distributed", reason="no Dask: `pip install .[cluster]`")
import psutil
from nbgrader import api

from autograder import cli
from autograder.course import results_folder
from autograder.grade import classroom
from autograder.record import database, journal

ROOT = Path(__file__).parents[2]


class Cluster:
    """A scheduler and workers, each a process of its own on the loopback interface."""

    def __init__(self, folder):
        self._folder, self._file, self._all = folder, folder / "scheduler.json", []
        self.start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self._file)
        )
        until = time.monotonic() + 60
        while not self._file.exists() or not self._file.read_text():
            assert time.monotonic() < until, "no scheduler"
            time.sleep(0.1)
        self.address = json.loads(self._file.read_text())["address"]

    def worker(self, **environment):
        return self.start(
            "worker",
            self.address,
            "--host",
            "127.0.0.1",
            "--nthreads",
            "2",
            "--no-nanny",
            "--local-directory",
            str(self._folder),
            **environment,
        )

    def start(self, *command, **environment):
        env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment
        log = open(self._folder / f"log-{len(self._all)}", "wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *command, "--no-dashboard"],
            cwd=self._folder,
            env=env,
            stdout=log,
            stderr=log,
        )
        log.close()
        self._all.append(process)
        return process

    def close(self):
        for process in reversed(self._all):
            process.terminate()
        for process in self._all:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def cluster(tmp_path, warm_pool):
    found = Cluster(tmp_path)
    yield found
    found.close()


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.setenv("COURSE_ROOT", str(Path(toy_course.root).parent))
    return toy_course


def marks(course):
    with api.Gradebook(course.db_url, course.course_id) as gb:
        rows = [
            (s.student.id, g.name, g.auto_score)
            for s in gb.assignment_submissions("toy")
            for n in s.notebooks
            for g in n.grades
        ]
    assert len(rows) == len({row[:2] for row in rows})
    return sorted(rows, key=str)


def lines(course):
    path = results_folder(course, "toy") / journal.FILE
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.slow
def test_a_worker_is_lost_in_the_middle_and_every_grade_is_there_once(
    course, cluster, warm_pool, tmp_path
):
    slow = "import time\ndef double(x):\n    time.sleep(0.1)\n    return "
    for number in range(30):
        right = number % 3 != 0
        answers = toycourse.RIGHT | {"double": slow + ("2 * x" if right else "x + 2")}
        toycourse.hand_in(course.root, f"s{number:02d}", answers)
    toycourse.hand_in(
        course.root,
        "Zoë 'x",
        toycourse.RIGHT | {"double": "import os\ndef double(x):\n    os._exit(1)"},
    )
    toycourse.submit(Path(course.root), "broken", b'{"cells": [')
    link = toycourse.submit(Path(course.root), "link", b"{}") / "toy.ipynb"
    link.unlink()
    link.symlink_to(Path(course.root) / "source/toy/toy.ipynb")
    (Path(course.root) / "submitted/nothing/toy").mkdir(parents=True)
    shutil.copytree(course.root, tmp_path / "here/exercises", symlinks=True)
    here = database.course_directory(tmp_path / "here/exercises")
    local = classroom.grade_class(here, "toy", warm_pool)

    workers = [cluster.worker(), cluster.worker()]
    sandboxes: list[psutil.Process] = []

    def lose_one(done, total, result):
        if done == 8:
            mine = [psutil.Process(worker.pid).children(recursive=True) for worker in workers]
            assert all(mine), "both workers have a warm process of their own"
            sandboxes.extend(mine[0])
            workers[0].send_signal(signal.SIGKILL)

    # Both have to be there before the first submission, or there is nothing to lose.
    import distributed

    with distributed.Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    run = classroom.grade_class(course, "toy", None, scheduler=cluster.address, progress=lose_one)

    assert workers[0].wait(10) == -signal.SIGKILL and workers[1].poll() is None
    assert run.graded == local.graded == 31 and run.left == 0
    reasons = [
        [(s, why.replace(str(c.root), "")) for s, why in sorted(r.failed)]
        for c, r in ((course, run), (here, local))
    ]
    assert reasons[0] == reasons[1] and [s for s, _ in reasons[0]] == ["broken", "link", "nothing"]
    assert marks(course) == marks(here)
    assert sorted(line["student"] for line in lines(course)) == sorted(
        line["student"] for line in lines(here)
    )
    ours, theirs = (
        {r["student"]: (r["points"], r["key"]) for r in lines(c)} for c in (course, here)
    )
    assert ours == theirs  # the same keys, so either machine goes on where the other was
    _, alive = psutil.wait_procs(sandboxes, timeout=10)
    assert not alive, "what the lost worker ran is gone with it"
    again = classroom.grade_class(course, "toy", warm_pool)
    assert (again.graded, again.unchanged) == (0, 31), "who handed nothing in is no grade"


@pytest.mark.slow
def test_a_worker_without_walls_grades_nobody(course, cluster, tmp_path, capsys):
    toycourse.hand_in(course.root, "ada", toycourse.RIGHT)
    (tmp_path / "empty").mkdir()
    cluster.worker(PATH=str(tmp_path / "empty"))
    assert cli.main(["grade", "toy", "--scheduler", cluster.address]) == cli.NO_SANDBOX
    said = capsys.readouterr().err
    assert "bubblewrap is not installed" in said and "tcp://" in said
    assert not (Path(course.root) / "autograded").exists()


@pytest.mark.slow
def test_a_worker_with_other_versions_grades_nobody(course, cluster, capsys, monkeypatch):
    toycourse.hand_in(course.root, "ada", toycourse.RIGHT)
    monkeypatch.setattr("autograder.grade.cluster.environment", lambda: "python 2.7")
    cluster.worker()
    assert cli.main(["grade", "toy", "--scheduler", cluster.address]) == cli.USAGE
    assert "Install the same" in capsys.readouterr().err


@pytest.mark.slow
def test_no_scheduler_and_no_worker_are_said(course, cluster, capsys, monkeypatch):
    from autograder.grade import cluster as room

    toycourse.hand_in(course.root, "ada", toycourse.RIGHT)
    monkeypatch.setattr(room, "_CONNECT_SECONDS", 2)
    assert cli.main(["grade", "toy", "--scheduler", "tcp://127.0.0.1:9"]) == cli.USAGE
    assert "no Dask scheduler answers" in capsys.readouterr().err
    assert cli.main(["grade", "toy", "--scheduler", cluster.address]) == cli.USAGE
    assert "has no workers" in capsys.readouterr().err
    assert (
        cli.main(["grade", "toy", "--scheduler", cluster.address, "--unsafe-no-sandbox"])
        == cli.USAGE
    )


def test_the_arithmetic_on_the_page_reads_what_the_bench_writes(tmp_path, monkeypatch, capsys):
    page = (ROOT / "book/instructors.md").read_text()
    [code] = [
        block for block in re.findall(r"```python\n(.*?)```", page, re.S) if "grading.json" in block
    ]
    stages = bench.stages(1.0, {"stages": {"record": 2.0, "report": 1.0}, "working": 1.0})
    # 100 submissions for 10 seconds of processor time, 3 of them the writer's
    figures = {"keras": {"submissions": 100, "ours_cpu_s": 10.0, "stages_s": stages}}
    for key in figures["keras"]:
        assert f'"{key}"' in (ROOT / "bench/grading.py").read_text()
    (tmp_path / "_build/bench").mkdir(parents=True)
    (tmp_path / "_build/bench/grading.json").write_text(json.dumps(figures))
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert capsys.readouterr().out == "0.8 hours; more than 3 cores do not help\n"


@pytest.mark.slow
def test_ctrl_c_stops_a_run_on_a_cluster_and_the_next_run_goes_on_here(course, cluster, warm_pool):
    slow = "import time\ndef double(x):\n    time.sleep(0.2)\n    return 2 * x"
    for number in range(20):
        toycourse.hand_in(course.root, f"s{number:02d}", toycourse.RIGHT | {"double": slow})
    cluster.worker()

    def stop(done, total, result):
        if done == 3:
            raise KeyboardInterrupt

    begun = time.monotonic()
    run = classroom.grade_class(course, "toy", None, scheduler=cluster.address, progress=stop)
    assert run.left == 17 and time.monotonic() - begun < 60
    done = len(lines(course))
    again = classroom.grade_class(course, "toy", warm_pool)
    assert again.unchanged == done and again.graded == 20 - done
