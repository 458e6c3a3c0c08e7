"""A wall that does not hold closes every door: no way to grade runs a student's code behind it.

The wall is really broken: each door runs on a copy of the package in which nothing separates the
sandbox's network from this machine's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import toycourse

pytest.importorskip("nbgrader")
import autograder

pytestmark = pytest.mark.slow

BUTTON = """
import sys
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader
config = PyFileConfigLoader("nbgrader_config.py", sys.argv[1]).load_config()
config.CourseDirectory.root = sys.argv[1]
course = CourseDirectory(config=config)
done = NbGraderAPI(course, config=config).autograde("toy", "ada")
print(done)
sys.exit(not done["success"])
"""
JAIL = """
c = get_config()
c.CourseDirectory.course_id = "toy"
c.Execute.kernel_manager_class = "autograder.jailed_kernel.JailedKernelManager"
"""


def package(folder: Path, *, broken: bool) -> Path:
    """A copy of the package, with the hole in the network wall if `broken`."""
    copy = folder / ("broken" if broken else "whole") / "autograder"
    shutil.copytree(autograder.__path__[0], copy, ignore=shutil.ignore_patterns("__pycache__"))
    if broken:
        for name, old, new in (
            ("walls.py", '        "--unshare-net",\n', ""),
            ("inside/confine.py", "NEW_IPC | NEW_NET)", "NEW_IPC)"),
        ):
            source = (copy / "run" / name).read_text(encoding="utf-8")
            assert source.count(old) == 1, f"{name} has changed: break its wall in another way"
            (copy / "run" / name).write_text(source.replace(old, new), encoding="utf-8")
    return copy.parent


class Doors:
    """Every way to grade the toy course, as commands of their own on one copy of the package."""

    def __init__(self, course: Path, copy: Path, scratch: Path):
        self.course, self.scratch = course, scratch
        tools = str(Path(sys.executable).parent)
        self.env = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(copy), *sys.path]),
            "COURSE_ROOT": str(course.parent),
            "PATH": os.pathsep.join([tools, os.environ["PATH"]]),
        }

    def run(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.course,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def command_line(self) -> subprocess.CompletedProcess:
        return self.run("-m", "autograder", "grade", "toy")

    def nbgrader(self) -> subprocess.CompletedProcess:
        return self.run("-m", "nbgrader", "autograde", "toy")

    def button(self) -> subprocess.CompletedProcess:
        """What the formgrader does when its button is pressed."""
        return self.run("-c", BUTTON, str(self.course))

    def jailed_kernel(self) -> subprocess.CompletedProcess:
        (self.course / "nbgrader_config.py").write_text(JAIL, encoding="utf-8")
        return self.nbgrader()

    def cluster(self) -> subprocess.CompletedProcess:
        pytest.importorskip("distributed", reason="no Dask: `pip install .[cluster]`")
        place = self.scratch / "scheduler.json"
        started = [self.start("scheduler", "--port", "0", "--scheduler-file", str(place))]
        try:
            until = time.monotonic() + 60
            while not place.exists() or not place.read_text():
                assert time.monotonic() < until, "no scheduler"
                time.sleep(0.1)
            address = json.loads(place.read_text())["address"]
            started.append(self.start("worker", address, "--nthreads", "1", "--no-nanny"))
            return self.run("-m", "autograder", "grade", "toy", "--scheduler", address)
        finally:
            for process in reversed(started):
                process.kill()
                process.wait()

    def start(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *command, "--host", "127.0.0.1", "--no-dashboard"],
            cwd=self.scratch,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


NAMES = ("command_line", "nbgrader", "button", "jailed_kernel", "cluster")


@pytest.fixture
def doors(toy_course, tmp_path, warm_pool):
    """A function from whether the wall is broken to the doors; `ada` has handed in."""
    course = Path(toy_course.root)
    toycourse.hand_in(course, "ada", toycourse.RIGHT)
    return lambda broken: Doors(course, package(tmp_path, broken=broken), tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_behind_a_broken_wall_no_door_opens(doors, name):
    opened = doors(broken=True)
    done = getattr(opened, name)()
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "these walls do not hold" in said and "network" in said, said
    assert not list((opened.course / "autograded").rglob("*.ipynb"))
    assert not list((opened.course / "results").rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_behind_whole_walls_every_door_opens(doors, name):
    """Else the test above would also pass on doors that never open."""
    opened = doors(broken=False)
    done = getattr(opened, name)()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (opened.course / "autograded/ada/toy/toy.ipynb").is_file()
