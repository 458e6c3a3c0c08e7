"""What the sandbox shows, what it asks of a machine, and that the doctor can tell a wall from none."""

from __future__ import annotations

import ast
import os
import struct
import sys
from pathlib import Path

import pytest

from autograder.sandbox import SandboxPool, SandboxUnavailable, doctor, syscalls, walls, watchdog

PACKAGE = Path(walls.__file__).parent.parent


@pytest.fixture(autouse=True)
def _linux_only(request: pytest.FixtureRequest) -> None:
    if sys.platform != "linux":
        pytest.skip("the walls need Linux")


def test_every_wall_holds(pool: SandboxPool) -> None:
    checks = doctor.run(pool)
    assert len(checks) >= 14
    assert not [check for check in checks if not check.held]


def test_the_quick_look_is_a_part_of_the_whole(pool: SandboxPool) -> None:
    names = [check.name for check in doctor.run(pool, quick=True)]
    assert (
        {"network", "files of this machine", "writing", "privileges"} <= set(names) < {n for n, _, _ in doctor._WALLS}
    )


@pytest.mark.parametrize("name", ["network", "files of this machine", "other processes"])
def test_the_doctor_sees_a_missing_wall(name: str, open_pool: SandboxPool) -> None:
    """Only attacks that do no harm in the open; the doctor itself refuses to try the others there."""
    wall = next(function for other, _, function in doctor._WALLS if other == name)
    with doctor._host() as host:
        assert not doctor._attempt(name, wall, open_pool, host).held
    (refusal,) = doctor.run(open_pool)
    assert not refusal.held and "unsafe" in refusal.detail


def test_the_doctor_reports_a_machine_without_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls.shutil, "which", lambda name: None)
    (check,) = doctor.run()
    assert not check.held and "apt-get install bubblewrap" in check.detail


def test_missing_bubblewrap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls.shutil, "which", lambda name: None)
    with pytest.raises(SandboxUnavailable, match="bubblewrap"):
        SandboxPool()
    monkeypatch.setattr(walls.sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match="Linux"):
        SandboxPool()


def test_a_bubblewrap_that_fails_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(walls, "require_host", lambda: str(broken))
    with pytest.raises(SandboxUnavailable, match="No permissions to create new namespace"):
        SandboxPool()


@pytest.mark.parametrize(
    ("setting", "remedy"),
    [
        ("kernel/unprivileged_userns_clone", "unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "max_user_namespaces=10000"),
    ],
)
def test_the_setting_that_forbids_is_named(setting: str, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "_setting", lambda name: "0" if name == setting else None)
    assert remedy in walls.explain("")


def test_the_private_folder_holds_what_the_child_needs_and_no_more() -> None:
    folder = walls.private_folder()
    try:
        files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert files == {f"autograder/{name}" for name in (*walls.MODULES, "__init__.py", "sandbox/__init__.py")} | {
            "passwd"
        }
        assert all(path.stat().st_mode & 0o004 for path in folder.rglob("*"))
    finally:
        walls.shutil.rmtree(folder)


def test_what_goes_inside_imports_only_what_goes_inside() -> None:
    """A module that reached for the judge or a bundle would fail in there, or tempt someone to show it."""
    allowed = {name.removesuffix(".py").replace("/", ".") for name in walls.MODULES}
    for name in walls.MODULES:
        folder = ("autograder." + name.removesuffix(".py").replace("/", ".")).rsplit(".", 1)[0]
        for node in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                wanted = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = ".".join(folder.split(".")[: len(folder.split(".")) - node.level + 1]) if node.level else ""
                module = ".".join(part for part in (base, node.module) if part)
                wanted = [f"{module}.{alias.name}" for alias in node.names]
            else:
                continue
            for full in wanted:
                if full.split(".")[0] == "autograder":
                    inner = full.removeprefix("autograder.")
                    assert inner in allowed or inner.rsplit(".", 1)[0] in allowed, f"{name} imports {full}"


def test_only_the_interpreter_and_its_libraries_are_shown() -> None:
    if walls.shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    arguments = walls.command(Path("/private"), (), 3, walled=True)
    shown = [
        Path(a) for flag, a in zip(arguments, arguments[1:], strict=False) if flag in ("--ro-bind", "--ro-bind-try")
    ]
    repository = PACKAGE.parent
    assert not [place for place in shown if repository.is_relative_to(place) or Path.home().is_relative_to(place)]
    assert "--bind" not in arguments and "--remount-ro" in arguments and "--unshare-net" in arguments


def test_the_environment_carries_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    chosen = walls.environment(2, walled=True, home="/h")
    assert "SECRET_TOKEN" not in chosen and chosen["KERAS_BACKEND"] == "jax" and chosen["TF_NUM_INTRAOP_THREADS"] == "2"


def test_the_filter_jumps_inside_itself() -> None:
    if not syscalls.known_machine():
        pytest.skip("no filter for this processor")
    code = [struct.unpack("=HBBI", step) for step in struct.iter_unpack("8s", syscalls.program()) for step in step]
    assert len(code) < 256
    for at, (operation, if_true, if_false, _) in enumerate(code):
        if operation in (0x15, 0x35, 0x45):
            assert at + 1 + max(if_true, if_false) < len(code)
    assert code[-1] == (0x06, 0, 0, 0x7FFF0000)


def test_memory_is_read_from_outside() -> None:
    assert watchdog.resident_kb(os.getpid()) > 1000
    assert os.getpid() in set(watchdog.tree(os.getpid()))
    assert watchdog.resident_kb(2**22 + 1) == 0
