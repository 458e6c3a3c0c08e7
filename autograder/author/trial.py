"""One variant tried: its text in the place of the solution, in a process of its own with a time
limit.

What runs here is the author's own code and machine-made changes of it, never a student's.
"""

from __future__ import annotations

import inspect
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..judge import bundle as bundles
from ..judge.compare import difference, identical
from ..judge.compiled import ExerciseBundle
from ..judge.judge import judge
from ..run.inside.protocol import Answer, Request
from ..run.local import LocalCaller
from .declare import Exercise, load_unit
from .source import Source

if TYPE_CHECKING:  # Windows has no ForkServerContext
    from multiprocessing.context import ForkServerContext, SpawnContext

FUZZ_SEEDS = 12


class Runner:
    """Runs a task in a process forked from one that has imported what the unit needs and never run
    it.
    """

    def __init__(
        self, needs: tuple[str, ...], name: str, root: Path | None, path: Path, seed: int | str
    ):
        self.path, self.about = path, (name, root, path, seed)
        # Without fork (Windows) every process starts afresh: slower, not different.
        methods = multiprocessing.get_all_start_methods()
        self.context: SpawnContext | ForkServerContext
        if "forkserver" in methods:
            self.context = multiprocessing.get_context("forkserver")
            self.context.set_forkserver_preload(
                ["autograder.author.trial", "autograder.author.compiler", *needs]
            )
        else:
            self.context = multiprocessing.get_context("spawn")

    def __call__(self, seconds: float | None, task: Any, *args: Any) -> dict:
        """The task's answer; no points where it died or took longer than `seconds`."""
        ours, theirs = self.context.Pipe(duplex=False)
        arguments = (theirs, task, self.about, args)
        process = self.context.Process(target=_child, args=arguments, daemon=True)
        process.start()
        theirs.close()
        try:
            if ours.poll(seconds):
                return ours.recv()
            return {
                "points": 0.0,
                "silent": True,
                "why": f"No answer within {seconds:.0f} seconds.",
            }
        except EOFError:
            return {"points": 0.0, "silent": True, "why": "Its process died."}
        finally:
            process.kill()
            process.join()
            ours.close()


def _child(pipe: Any, task: Any, about: tuple, args: tuple) -> None:
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    pipe.send(task(*about, *args))
    pipe.close()


def compile_in_child(name: str, root: Path | None, path: Path, seed: int | str) -> dict:
    from .compiler import compile_unit

    try:
        bundles.write(compile_unit(name, seed=seed, size="secret", root=root), path)
    except ValueError as error:
        return {"error": str(error)}
    return {}


def judge_variant(
    name: str, root: Path | None, path: Path, seed: int | str, exercise: str, text: str
) -> dict:
    """Points, diagnosis and first failure of one variant."""
    compiled = bundles.read(path, exercise).exercises[exercise]
    try:
        namespace = Source(name, root).namespace({exercise: text})
    except Exception as error:
        return {"points": 0.0, "why": str(error)}
    namespace = {target: namespace[target] for target in compiled.targets if target in namespace}
    result = judge(compiled, LocalCaller(namespace))
    failed = next((c for c in result.criteria if c.status != "passed"), None)
    return {
        "points": result.points,
        "diagnosis": result.diagnosis.mistake if result.diagnosis else None,
        "said": f"{result.diagnosis.title}: {result.diagnosis.message}" if result.diagnosis else "",
        "why": f"{failed.id}: {failed.message} {failed.hidden_detail}" if failed else "",
        "failed": next((c.id for c in result.criteria if c.status in ("failed", "partial")), ""),
    }


def fuzz(
    name: str, root: Path | None, path: Path, seed: int | str, exercise: str, text: str
) -> dict:
    """Whether a variant answers differently from the solution on any of many other inputs."""
    source, declared = Source(name, root), load_unit(name, root).exercises[exercise]
    compiled = bundles.read(path, exercise).exercises[exercise]
    namespace = source.namespace()
    right = LocalCaller(namespace)
    wrong = LocalCaller(source.namespace({exercise: text}))
    models = any(case.request.op == "model" for case in compiled.cases.values())
    for request in _inputs(declared, compiled, 2 if models else FUZZ_SEEDS):
        for asked in (request, *_left_out(request, namespace.get(request.target))):
            if differs(asked, right.ask(asked), wrong.ask(asked)):
                return {"differs": True}
    return {"differs": False}


def _inputs(exercise: Exercise, compiled: ExerciseBundle, seeds: int) -> Iterator[Request]:
    """Cases from other seeds, as they are and with larger, negative and single-precision
    numbers.
    """
    for question in compiled.cases.values():
        yield question.request
    models = any(case.request.op == "model" for case in compiled.cases.values())
    op = "model" if models else "call"
    for number in range(seeds):
        rng = np.random.default_rng([number, 20])
        for case in exercise.make_cases(rng, "secret" if number % 2 else "public"):
            options = (
                {"after": True}
                if not models
                else {
                    key: value
                    for key, value in (
                        ("weights", case.weights),
                        ("inputs", case.inputs),
                        ("seed", case.seed),
                    )
                    if value is not None
                }
            )
            for change in (
                lambda a: a,
                lambda a: 6.0 * a,
                lambda a: -a,
                lambda a: a.astype(np.float32),
            ):
                args = tuple(_mapped(change, value) for value in case.args)
                kwargs = {key: _mapped(change, value) for key, value in case.kwargs.items()}
                yield Request(op, exercise.name, args, kwargs, options, exercise.seconds)


def _left_out(request: Request, function: Any) -> Iterator[Request]:
    """The request without each argument that has a default value, and without all of them."""
    if not inspect.isfunction(function):
        return
    parameters = inspect.signature(function).parameters
    given = dict(zip(parameters, request.args, strict=False)) | request.kwargs
    optional = [
        name
        for name in given
        if name in parameters and parameters[name].default is not inspect.Parameter.empty
    ]
    for gone in [*([name] for name in optional), *([optional] if len(optional) > 1 else [])]:
        kwargs = {name: value for name, value in given.items() if name not in gone}
        args = []
        for name in list(parameters)[: len(request.args)]:
            if name not in kwargs:
                break  # what stands behind a gap is given by its name
            args.append(kwargs.pop(name))
        yield replace(request, args=tuple(args), kwargs=kwargs)


def _mapped(change: Any, value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(change, item) for item in value)
    return change(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def differs(request: Request, a: Answer, b: Answer) -> bool:
    if a.status != "ok" or b.status != "ok":
        return a.status != b.status or (a.error and a.error.type) != (b.error and b.error.type)
    if "repeat" in request.options:
        return False  # the answers are times, and no two runs take the same
    if request.op == "call" and not identical(a.after, b.after):
        return True
    # Single precision in, single precision out: two right answers differ in the seventh digit.
    given = [*request.args, *request.kwargs.values()]
    single = any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in given)
    tolerance = (1e-5, 1e-6) if single or request.op == "model" else (1e-9, 1e-12)
    return (
        difference(a.value, b.value, *tolerance) is not None
        or difference(b.value, a.value, *tolerance) is not None
    )
