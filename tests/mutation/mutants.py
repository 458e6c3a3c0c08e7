"""Do the fast tests notice when the grader's own judgement is changed?

    python tests/mutation/mutants.py [--json FILE] [--only TEXT]

Every mutant that `autograder.author.mutate` makes of the modules named in `plan.yml` is put in the
place of the original, in memory, and the tests that call the changed function are run against it,
the quickest first, up to the first that fails. Each mutant has a forked process of its own, with
limits of time and memory; the files of the project are never changed. Mutants that no test can tell
from the original are declared in `plan.yml`, with the reason, and the declaration is tested too.

Why no library: mutmut and cosmic-ray mutate in ways of their own. The point here is that the tool
with which this course judges its exercises judges the course.

Exit codes: 0 the bar is reached, 1 it is not, 2 the plan or the tests are broken.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
import yaml

from autograder.author.mutate import Mutant, mutants

BAR = 0.95
AT_ONCE = 2
SECONDS = 5.0  # of the processor for one mutant, beside five times what its tests take
MEMORY = 4 << 30  # bytes that a mutant may allocate


class BadPlan(ValueError):
    """The plan, or the tests that it names, cannot be used; the message says why."""


@dataclass(frozen=True)
class Job:
    """One mutant, the tests that call the function it changes, and why it may be equivalent."""

    module: str
    mutant: Mutant
    tests: list[str] = field(default_factory=list)
    seconds: float = 0.0  # what the tests take when nothing is changed
    reason: str = ""


# -------------------------------------------------------------------------------- changing a module


def functions_of(namespace: dict[str, Any], path: str) -> Iterator[FunctionType]:
    """The functions written in the file `path` that a module's namespace holds, in its order."""
    for value in namespace.values():
        if isinstance(value, property):
            value = value.fget
        value = getattr(value, "__wrapped__", value)  # behind a cache or a context manager
        value = getattr(value, "__func__", value)  # of a static or class method
        if isinstance(value, FunctionType) and value.__code__.co_filename == path:
            yield value
        elif isinstance(value, type) and value.__module__ == namespace["__name__"]:
            yield from functions_of(dict(vars(value)) | {"__name__": value.__module__}, path)
        elif isinstance(value, dict) and value is not namespace.get("__builtins__"):
            yield from functions_of(value | {"__name__": None}, path)


def put_in_place(module: ModuleType, mutant: Mutant) -> None:
    """Make every function of `module` what it is in the mutant, for all who have imported it."""
    scratch = {"__name__": module.__name__, "__package__": module.__package__}
    exec(compile(mutant.text, module.__file__, "exec"), scratch)
    pairs = zip(
        functions_of(vars(module), module.__file__),
        functions_of(scratch, module.__file__),
        strict=True,
    )
    for function, changed in pairs:
        function.__code__ = changed.__code__
        function.__defaults__ = changed.__defaults__
        function.__kwdefaults__ = changed.__kwdefaults__


# ---------------------------------------------------------------------------------- running tests


class Processes:
    """Runs pieces of work in forked processes, each with limits and a folder of its own."""

    def __init__(self, scratch: Path):
        self.scratch, self.number = scratch, 0

    def all(
        self, work: Iterable[tuple[Any, float, Callable[[], object]]], at_once: int = AT_ONCE
    ) -> Iterator[tuple[Any, object]]:
        """`(key, answer)` of each `(key, seconds, function)`; None where it died or took longer.

        `seconds` bounds the time on the processor. The time on the clock may be twenty times as
        much and a minute more: a machine with other work must not make a mutant look noticed.
        """
        waiting, running = iter(work), {}
        while True:
            while len(running) < at_once and (job := next(waiting, None)) is not None:
                key, seconds, function = job
                folder = self.scratch / str(self.number)
                self.number += 1
                pid = self._fork(folder, seconds, function)
                running[pid] = key, folder, time.monotonic() + 60 + 20 * seconds
            if not running:
                return
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                time.sleep(0.002)
                late = [p for p, (_, _, until) in running.items() if time.monotonic() > until]
                for pid in late:
                    os.kill(pid, signal.SIGKILL)
                continue
            key, folder, _ = running.pop(pid)
            try:
                os.killpg(pid, signal.SIGKILL)  # what the tests left behind
            except ProcessLookupError:
                pass
            answer = folder / "answer.json"
            yield key, json.loads(answer.read_text()) if answer.exists() else None
            shutil.rmtree(folder, ignore_errors=True)

    def _fork(self, folder: Path, seconds: float, function: Callable[[], object]) -> int:
        folder.mkdir()
        pid = os.fork()
        if pid:
            return pid
        try:
            os.setsid()
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1,) * 2)
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = str(folder)
            tempfile.tempdir = str(folder)
            answer = json.dumps(function())
            (folder / "part").write_text(answer)
            os.replace(folder / "part", folder / "answer.json")
        finally:
            os._exit(0)


class Tests:
    """The collected tests of a pytest session."""

    def __init__(self, session: pytest.Session):
        self.session = session
        self.items = {item.nodeid: item for item in session.items}

    def first_failing(self, names: Iterable[str]) -> str | None:
        """The first of these tests that fails, or None."""
        items = [self.items[name] for name in names]
        for item, following in zip(items, [*items[1:], None], strict=True):
            self._run(item, following)
            if self.session.testsfailed:
                return item.nodeid
        return None

    def looked_through(self, files: dict[str, str]) -> dict[str, dict]:
        """For each test: whether it fails, its seconds, the functions of `files` that it calls.

        `files` maps the path of a module to its name. A function is called by its qualified name,
        and what is defined inside of it counts as itself.
        """
        result: dict[str, dict] = {}
        called: set[tuple[str, str]] = set()

        def note(frame: Any, event: str, argument: object) -> None:
            code: CodeType = frame.f_code
            if event == "call" and code.co_filename in files:
                called.add((files[code.co_filename], code.co_qualname.split(".<locals>")[0]))

        items = list(self.items.values())
        for item, following in zip(items, [*items[1:], None], strict=True):
            failed = self.session.testsfailed
            called.clear()
            threading.setprofile(note)
            sys.setprofile(note)
            started = time.perf_counter()
            try:
                self._run(item, following)
            finally:
                sys.setprofile(None)
                threading.setprofile(None)
            result[item.nodeid] = {
                "failed": self.session.testsfailed > failed,
                "seconds": time.perf_counter() - started,
                "calls": sorted(called),
            }
        return result

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> None:
        self.session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


class Examination:
    """A pytest plugin: in the place of running the tests, it runs them against each mutant."""

    def __init__(self, plan: dict, only: str, say: Callable[[str], None]):
        self.plan, self.only, self.say = plan, only, say
        self.report: dict | None = None
        self.wrong: str = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed or not session.items:
            raise pytest.UsageError("The tests of the plan cannot be collected.")
        session.config.pluginmanager.unregister(name="terminalreporter")
        scratch = Path(tempfile.mkdtemp(prefix="mutants-"))
        try:
            self.report = self._examine(Tests(session), Processes(scratch))
        except BadPlan as reason:
            self.wrong = str(reason)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return True

    def _examine(self, tests: Tests, processes: Processes) -> dict:
        modules = {name: importlib.import_module(name) for name in self.plan["modules"]}
        for name in self.plan.get("imports") or ():
            importlib.import_module(name)
        gc.collect()
        gc.freeze()  # a fork that collects garbage copies every page
        self.say(f"{len(tests.items)} tests run once, to see what each calls")
        files = {module.__file__: name for name, module in modules.items()}
        looked = [("", 3600.0, lambda: tests.looked_through(files))]
        [(_, seen)] = processes.all(looked)
        if seen is None:
            raise BadPlan("The tests did not come to their end.")
        if failed := [name for name, one in seen.items() if one["failed"]]:
            raise BadPlan("Mutants say nothing while tests fail: " + ", ".join(failed))
        jobs = _jobs(self.plan, modules, seen, self.only)
        self.say(f"{len(jobs)} mutants")
        report, begun = _Report(modules), time.monotonic()
        least = self.plan.get("seconds", SECONDS)
        work = [
            (job, least + 5 * job.seconds, lambda job=job: _try(job, modules, tests))
            for job in jobs
            if job.tests
        ]
        for job in jobs:
            if not job.tests:
                self.say(report.add(job, {"killer": None}))
        for number, (job, answer) in enumerate(processes.all(work), 1):
            if said := report.add(job, answer):
                self.say(said)
            if number % 100 == 0:
                self.say(f"{number} of {len(work)} tried, {time.monotonic() - begun:.0f} s")
        return report.to_dict()


def _try(job: Job, modules: dict[str, ModuleType], tests: Tests) -> dict:
    put_in_place(modules[job.module], job.mutant)
    return {"killer": tests.first_failing(job.tests)}


def _jobs(plan: dict, modules: dict[str, ModuleType], seen: dict, only: str) -> list[Job]:
    """The mutants of all modules with their tests; every declaration must fit one of them."""
    declared = [
        (entry, change) for entry in plan.get("equivalent") or () for change in entry["changes"]
    ]
    unused, jobs = set(range(len(declared))), []
    for name, module in modules.items():
        source = Path(module.__file__).read_text(encoding="utf-8")
        lines = source.splitlines()
        for mutant in mutants(source, names=False):
            fitting = [
                number
                for number, (entry, change) in enumerate(declared)
                if change == mutant.change
                and entry.get("module", name) == name
                and entry.get("function", mutant.function) == mutant.function
                and entry.get("line", "") in lines[mutant.line - 1]
            ]
            unused -= set(fitting)
            if only not in f"{name}:{mutant.function}:{mutant.line}":
                continue
            callers = {
                test: one["seconds"]
                for test, one in seen.items()
                if [name, mutant.function] in one["calls"]
            }
            reason = declared[fitting[0]][0]["reason"] if fitting else ""
            tests = sorted(callers, key=callers.__getitem__)
            jobs.append(Job(name, mutant, tests, sum(callers.values()), reason))
    if unused:
        left = "; ".join(declared[number][1] for number in sorted(unused))
        raise BadPlan(f"Declared equivalent, but no such mutant is made: {left}")
    return jobs


class _Report:
    """What became of the mutants, module by module."""

    def __init__(self, modules: dict[str, ModuleType]):
        self.modules = {
            name: {
                "file": Path(module.__file__).relative_to(Path.cwd()).as_posix(),
                "digest": hashlib.sha256(Path(module.__file__).read_bytes()).hexdigest(),
                "made": 0,
                "killed": 0,
                "timeouts": [],
                "equivalent": 0,
                "survivors": [],
            }
            for name, module in modules.items()
        }
        self.refuted: list[dict] = []

    def add(self, job: Job, answer: dict | None) -> str:
        """`answer`: the test that failed; None where none came back in time. What to tell of it."""
        mutant, one = job.mutant, self.modules[job.module]
        said = {"line": mutant.line, "function": mutant.function, "change": mutant.change}
        one["made"] += 1
        noticed = answer is None or answer["killer"] is not None
        if job.reason and noticed:
            by = answer["killer"] if answer else "a time-out"
            self.refuted.append({"module": job.module, **said, "by": by})
        where = f"{one['file']}:{mutant.line}: {mutant.function}: {mutant.change}"
        if answer is None:
            one["timeouts"].append(said)
            return f"not ended: {where}"
        if noticed:
            one["killed"] += 1
            return f"not equivalent: {where}: {answer['killer']}" if job.reason else ""
        if job.reason:
            one["equivalent"] += 1
            return ""
        one["survivors"].append(said | {"tests": len(job.tests)})
        return f"not noticed: {where}"

    def to_dict(self) -> dict:
        """As JSON-able data. A mutant on which the tests did not end has been noticed."""
        made = sum(one["made"] - one["equivalent"] for one in self.modules.values())
        noticed = sum(one["killed"] + len(one["timeouts"]) for one in self.modules.values())
        for one in self.modules.values():
            for kind in ("timeouts", "survivors"):
                one[kind].sort(key=lambda said: (said["line"], said["change"]))
        return {
            "noticed": noticed,
            "of": made,
            "share": noticed / made if made else 0.0,
            "bar": BAR,
            "modules": self.modules,
            "refuted": self.refuted,
        }


def examine(plan: dict, root: Path, only: str, say: Callable[[str], None]) -> dict:
    """Run the plan on the project at `root`; the report as JSON-able data.

    Raises:
        BadPlan: a test fails without any mutant, or a declaration fits no mutant.
    """
    _settle_hypothesis()
    os.chdir(root)
    examination = Examination(plan, only, say)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-m", "not slow and not tensorflow"]
    options += [f"--deselect={test}" for test in plan.get("without") or ()]
    pytest.main([*options, *plan["tests"]], plugins=[examination])
    if examination.report is None:
        raise BadPlan(examination.wrong or "The tests of the plan cannot be collected.")
    return examination.report


def _settle_hypothesis() -> None:
    """The same examples for every mutant, and none remembered."""
    try:
        from hypothesis import settings
    except ImportError:
        return
    settings.register_profile("mutants", database=None, derandomize=True, deadline=None)
    settings.load_profile("mutants")


def main(arguments: list[str] | None = None) -> int:
    here = Path(__file__).resolve()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the report there")
    parser.add_argument("--plan", type=Path, default=here.with_name("plan.yml"))
    parser.add_argument("--root", type=Path, default=here.parents[2], help="the project")
    parser.add_argument("--only", default="", help="mutants with this in `module:function:line`")
    options = parser.parse_args(arguments)
    plan = yaml.safe_load(options.plan.read_text(encoding="utf-8"))
    target = options.json and options.json.resolve()
    try:
        report = examine(plan, options.root, options.only, lambda line: print(line, flush=True))
    except BadPlan as reason:
        print(f"{options.plan}: {reason}", file=sys.stderr)
        return 2
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{report['noticed']} of {report['of']} mutants noticed, {report['share']:.1%}")
    return 2 if report["refuted"] else 0 if report["share"] >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
