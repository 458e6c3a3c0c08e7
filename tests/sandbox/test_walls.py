"""What the sandbox shows, what it asks of a machine, and that the doctor can tell a wall from none."""

from __future__ import annotations

import ast
import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.run import doctor, walls, watchdog
from autograder.run.inside import syscalls
from autograder.run.limits import SandboxUnavailable
from autograder.run.pool import SandboxPool

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
        {"network", "files of this machine", "writing", "privileges"}
        <= set(names)
        < {n for n, _, _ in doctor._WALLS}
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


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """Pretend to be another machine: of the files that are asked for only these are there, with these texts."""

    def pretend(**texts: str) -> None:
        asked = (
            "/etc/os-release",
            "/proc/version",
            "/proc/sys/",
            "/.dockerenv",
            "/run/.containerenv",
        )
        real = os.path.exists
        monkeypatch.setattr(walls, "_read", lambda path: texts.get(path))
        monkeypatch.setattr(
            walls.os.path,
            "exists",
            lambda path: path in texts if str(path).startswith(asked) else real(path),
        )

    return pretend


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("ID=debian\n", "sudo apt-get install bubblewrap"),
        ("ID=ubuntu\nID_LIKE=debian\n", "sudo apt-get install bubblewrap"),
        ("ID=fedora\n", "sudo dnf install bubblewrap"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "sudo dnf install bubblewrap"),
        ("ID=manjaro\nID_LIKE=arch\n", "sudo pacman -S bubblewrap"),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', "sudo zypper install bubblewrap"),
    ],
)
def test_missing_bubblewrap_is_named_with_the_command_of_this_system(
    release, command, machine, monkeypatch
) -> None:
    monkeypatch.setattr(walls.shutil, "which", lambda name: None)
    machine(**{"/etc/os-release": release})
    with pytest.raises(SandboxUnavailable) as caught:
        SandboxPool()
    assert (
        "bubblewrap is not installed" in str(caught.value) and str(caught.value).count("sudo") == 1
    )
    assert command in str(caught.value)


def test_on_an_unknown_system_all_commands_are_given(
    machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walls.shutil, "which", lambda name: None)
    machine(**{"/etc/os-release": "ID=plan9\n"})
    with pytest.raises(SandboxUnavailable, match="apt-get.*dnf.*pacman"):
        SandboxPool()


def test_other_systems_are_sent_to_a_container_or_to_wsl_2(
    machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(**{"/proc/version": "Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)"})
    with pytest.raises(SandboxUnavailable, match="--set-version .* 2"):
        SandboxPool()
    machine(**{"/proc/version": "Linux version 6.6.87.2-microsoft-standard-WSL2"})
    walls._first_wsl() and pytest.fail("WSL 2 is a Linux")
    for system in ("darwin", "win32"):
        monkeypatch.setattr(walls.sys, "platform", system)
        with pytest.raises(SandboxUnavailable, match="needs Linux.*Dockerfile"):
            SandboxPool()


def test_a_bubblewrap_that_fails_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n",
        encoding="utf-8",
    )
    broken.chmod(0o755)
    monkeypatch.setattr(walls, "require_host", lambda: str(broken))
    with pytest.raises(SandboxUnavailable, match="No permissions to create new namespace"):
        SandboxPool()


@pytest.mark.parametrize(
    ("file", "text", "remedies"),
    [
        (
            "/proc/sys/kernel/unprivileged_userns_clone",
            "0\n",
            ["sysctl -w kernel.unprivileged_userns_clone=1", "sysctl.d"],
        ),
        ("/proc/sys/user/max_user_namespaces", "0\n", ["sysctl -w user.max_user_namespaces=10000"]),
        (
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            "1\n",
            [
                "/etc/apparmor.d/bwrap",
                "userns,",
                "apparmor_parser -r",
                "apparmor_restrict_unprivileged_userns=0",
            ],
        ),
        (
            "/.dockerenv",
            "",
            [
                "docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN",
                "seccomp=unconfined",
                "apparmor=unconfined",
                "systempaths=unconfined",
                "--privileged",
            ],
        ),
        ("/run/.containerenv", "", ["podman run --cap-add SYS_ADMIN", "unmask=ALL"]),
    ],
)
def test_what_forbids_the_walls_is_named_with_its_remedy(file, text, remedies, machine) -> None:
    machine(**{file: text})
    said = walls.explain("bwrap: No permissions to create new namespace")
    assert all(remedy in said for remedy in remedies) and "No permissions" in said
    machine()
    assert not [
        remedy for remedy in remedies if remedy in walls.explain("")
    ] and "5.14" in walls.explain("")


def test_the_doctor_says_the_remedy_and_exits_with_its_code(machine, monkeypatch, capsys) -> None:
    """The command as an instructor meets it on a fresh Ubuntu 24.04: bubblewrap is there and may do nothing."""
    from autograder import cli

    monkeypatch.setattr(walls, "require_host", lambda: "/bin/false")
    machine(**{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1"})
    assert cli.main(["doctor"]) == cli.NO_SANDBOX
    said = capsys.readouterr().out
    assert "BROKEN" in said and "/etc/apparmor.d/bwrap" in said and "Do not grade here" in said


def test_the_books_container_commands_are_the_ones_that_the_doctor_gives() -> None:
    text = (PACKAGE.parent / "book" / "instructors.md").read_text(encoding="utf-8")
    page = " ".join(text.replace("\\\n", " ").split())
    assert f"docker run --rm -it {walls.DOCKER}" in page and walls.PODMAN in page


@pytest.mark.slow
def test_the_walls_stand_with_the_capabilities_that_the_container_commands_give() -> None:
    """Docker's own set and the two that are added, and no other; what else an engine forbids is not tested here."""
    if os.getuid() != 0 or shutil.which("setpriv") is None or shutil.which("bwrap") is None:
        pytest.skip("only root can give capabilities up, with setpriv, for bubblewrap")
    docker = (
        "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot mknod "
        "audit_write setfcap"
    ).split()
    added = re.findall(r"--cap-add (\w+)", walls.DOCKER)

    def doctor(capabilities: list[str]) -> int:
        bounds = ",".join(["-all", *(f"+{name.lower()}" for name in capabilities)])
        command = [sys.executable, "-m", "autograder", "doctor"]
        command = ["setpriv", f"--bounding-set={bounds}", "--inh-caps=-all", *command]
        return subprocess.run(command, capture_output=True, timeout=300).returncode

    assert doctor([*docker, *added]) == 0
    assert added == ["SYS_ADMIN", "NET_ADMIN"] and doctor([*docker, added[0]]) == 4, (
        "both are needed"
    )


def test_the_private_folder_holds_what_the_child_needs_and_no_more() -> None:
    folder = walls.private_folder()
    try:
        files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert files == {
            f"autograder/run/inside/{path.name}" for path in walls.CODE.glob("*.py")
        } | {"autograder/__init__.py", "autograder/run/__init__.py", "passwd"}
        assert not (folder / "autograder/__init__.py").read_text(encoding="utf-8")
        assert all(path.stat().st_mode & 0o004 for path in folder.rglob("*"))
    finally:
        walls.shutil.rmtree(folder)


def test_what_goes_inside_imports_only_what_goes_inside() -> None:
    """A module that reached for the judge or a bundle would fail in there, or tempt someone to show it."""
    for path in walls.CODE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, f"{path.name} reaches out of its folder"
                names = [node.module or ""] if not node.level else []
            else:
                names = [
                    alias.name for alias in getattr(node, "names", ()) if hasattr(alias, "name")
                ]
            assert not any(name.split(".")[0] == "autograder" for name in names), path.name


def test_only_the_interpreter_and_its_libraries_are_shown() -> None:
    if walls.shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    arguments = walls.command(Path("/private"), (), 3, walled=True)
    shown = [
        Path(a)
        for flag, a in zip(arguments, arguments[1:], strict=False)
        if flag in ("--ro-bind", "--ro-bind-try")
    ]
    repository = PACKAGE.parent
    assert not [
        place
        for place in shown
        if repository.is_relative_to(place) or Path.home().is_relative_to(place)
    ]
    assert (
        "--bind" not in arguments and "--remount-ro" in arguments and "--unshare-net" in arguments
    )


def test_the_environment_carries_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    chosen = walls.environment(2, walled=True, home="/h")
    assert (
        "SECRET_TOKEN" not in chosen
        and chosen["KERAS_BACKEND"] == "jax"
        and chosen["TF_NUM_INTRAOP_THREADS"] == "2"
    )


def test_the_filter_jumps_inside_itself() -> None:
    if not syscalls.known_machine():
        pytest.skip("no filter for this processor")
    code = [
        struct.unpack("=HBBI", step)
        for step in struct.iter_unpack("8s", syscalls.program())
        for step in step
    ]
    assert len(code) < 256
    for at, (operation, if_true, if_false, _) in enumerate(code):
        if operation in (0x15, 0x35, 0x45):
            assert at + 1 + max(if_true, if_false) < len(code)
    assert code[-1] == (0x06, 0, 0, 0x7FFF0000)


def test_memory_is_read_from_outside() -> None:
    assert watchdog.resident_kb(os.getpid()) > 1000
    assert os.getpid() in set(watchdog.tree(os.getpid()))
    assert watchdog.resident_kb(2**22 + 1) == 0
