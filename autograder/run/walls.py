"""The outer wall: what bubblewrap shows the warm process, and what to do where it cannot be put
up.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import site
import sys
import sysconfig
import tempfile
from pathlib import Path

from .limits import SandboxUnavailable

# All that the student's process gets of this package.
CODE = Path(__file__).parent / "inside"
INSIDE = "/sandbox"
_START = (
    "import json, sys; sys.path[:0] = json.loads(sys.argv[1]); "
    "from autograder.run.inside.zygote import main; main(json.loads(sys.argv[2]))"
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
_PASSWD = "student:x:1000:1000:student:/tmp:/nonexistent\n"


def private_folder() -> Path:
    """A new folder with copies of the modules that the student's process needs, and nothing
    else.
    """
    folder = Path(tempfile.mkdtemp(prefix="autograder-"))
    target = folder / "autograder" / "run" / "inside"
    target.mkdir(parents=True)
    for path in CODE.glob("*.py"):
        shutil.copyfile(path, target / path.name)
    # Empty, because the package's own front door imports what must stay outside.
    for package in (target.parent, target.parent.parent):
        (package / "__init__.py").write_text("", encoding="utf-8")
    (folder / "passwd").write_text(_PASSWD, encoding="utf-8")
    (folder / "empty").mkdir()
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def require_host() -> str:
    """The path of bubblewrap. Raises `SandboxUnavailable` where there can be no walls."""
    if sys.platform != "linux":
        raise SandboxUnavailable(
            "The sandbox needs Linux. On macOS and Windows, run the grader in a container "
            "(`.ci/grader.Dockerfile` and "
            "the command in book/instructors.md), or on Windows in WSL 2: `wsl --install`. Units "
            "that need only NumPy can be graded here with `autograder grade --wall wasm`."
        )
    if _first_wsl():
        raise SandboxUnavailable(
            "WSL 1 has no namespaces. In PowerShell: `wsl --list`, then `wsl --set-version <name "
            "of the system> 2`."
        )
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable(f"bubblewrap is not installed. {_installation()}")
    if os.getuid() == 0:
        for place in [*libraries(), Path(sysconfig.get_path("stdlib"))]:
            if place.stat().st_mode & 0o005 != 0o005:
                raise SandboxUnavailable(
                    "Run as root, the grader gives students' code a user number of its own, "
                    "which cannot read "
                    f"{place}. Let it: `chmod -R o+rX {place}`."
                )
    return found


def command(folder: Path, imports: tuple[str, ...], control: int, *, walled: bool) -> list[str]:
    """The command line of the warm process, with bubblewrap around it if `walled`."""
    settings = {
        "control": control,
        "walls": walled,
        "imports": ["autograder.run.inside.operations", *imports],
    }
    start = ["-s", "-S", "-P", "-c", _START]
    if not walled:
        return [
            interpreter(),
            *start,
            json.dumps([str(folder), *map(str, libraries())]),
            json.dumps(settings),
        ]
    return [
        require_host(),
        *outer(folder),
        "--",
        seen(interpreter()),
        *start,
        search_path(),
        json.dumps(settings),
    ]


def seen(place: str | Path) -> str:
    """Where a file or folder of this machine stands in there: at its own place, unless the private
    `/tmp` hides it.
    """
    return f"/installed{place}" if Path(place).is_relative_to("/tmp") else str(place)


def search_path() -> str:
    """What Python imports from in there, as a JSON list: our files, then the libraries."""
    return json.dumps([INSIDE, *map(seen, libraries())])


def interpreter() -> str:
    """The Python that runs in there: the one that this environment was made from."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def environment(threads: int, *, walled: bool, home: str) -> dict[str, str]:
    """The whole environment of the warm process: nothing of ours but the choice of Keras'
    backend.
    """
    count = str(threads)
    chosen = {
        "HOME": "/tmp" if walled else home,
        "TMPDIR": "/tmp" if walled else home,
        "PATH": "",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": count,
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
        "MALLOC_ARENA_MAX": "2",
    }
    if "KERAS_BACKEND" in os.environ:
        chosen["KERAS_BACKEND"] = os.environ["KERAS_BACKEND"]
    return chosen


_INSTALL = {
    "debian": ("Debian, Ubuntu, WSL 2 with either", "sudo apt-get install bubblewrap"),
    "fedora": ("Fedora, Red Hat", "sudo dnf install bubblewrap"),
    "arch": ("Arch", "sudo pacman -S bubblewrap"),
    "suse": ("openSUSE", "sudo zypper install bubblewrap"),
    "alpine": ("Alpine", "sudo apk add bubblewrap"),
}
# For bubblewrap alone; the setting would lift Ubuntu's restriction for every program.
_APPARMOR = (
    r"`printf 'abi <abi/4.0>,\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}\n' "
    "| sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r /etc/apparmor.d/bwrap` "
    "(or, for all programs, `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`)"
)
# Namespaces and mounts need SYS_ADMIN, the loopback of a new network namespace NET_ADMIN.
_CAPABILITIES = "--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined"
DOCKER = f"{_CAPABILITIES} --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
PODMAN = f"{_CAPABILITIES} --security-opt label=disable --security-opt unmask=ALL"


def _installation() -> str:
    """How to install bubblewrap here; for every system when this one is not known."""
    text = _read("/etc/os-release") or ""
    named = re.findall(r"^(?:ID|ID_LIKE)=\"?([^\"\n]*)", text, re.MULTILINE)
    words = {
        "debian"
        if word == "ubuntu"
        else "fedora"
        if word in ("rhel", "centos")
        else word.partition("-")[0]
        for word in " ".join(named).replace("opensuse", "suse").split()
    }
    known = [kind for kind in _INSTALL if kind in words]
    if known:
        return f"Install it: `{_INSTALL[known[0]][1]}`."
    return " ".join(f"{name}: `{command}`." for name, command in _INSTALL.values())


def _first_wsl() -> bool:
    """WSL 1 imitates Linux 4.4 without its namespaces; WSL 2 is a Linux of its own."""
    version = _read("/proc/version") or ""
    return "Microsoft" in version and "WSL2" not in version


def explain(stderr: str) -> str:
    """Why bubblewrap or the first fork failed, and the remedy."""
    said = " ".join(stderr.split())[-300:]
    remedies = []
    if _setting("kernel/unprivileged_userns_clone") == "0":
        remedies.append("`sudo sysctl -w kernel.unprivileged_userns_clone=1`")
    # For root as well: the student's process gives root up before it enters its user namespace.
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        remedies.append(
            f"Ubuntu wants a profile of a program with user namespaces; write one: {_APPARMOR}"
        )
    if _setting("user/max_user_namespaces") == "0":
        remedies.append("`sudo sysctl -w user.max_user_namespaces=10000`")
    if os.path.exists("/.dockerenv"):
        remedies.append(
            f"start the container with `docker run {DOCKER} …` (or `--privileged`, which gives "
            "it more)"
        )
    elif os.path.exists("/run/.containerenv"):
        remedies.append(
            f"start the container with `podman run {PODMAN} …` (or `--privileged`, which gives "
            "it more)"
        )
    lasting = (
        " A setting lasts longer than this boot when it stands in a file of /etc/sysctl.d."
        if any("sysctl" in remedy for remedy in remedies)
        else ""
    )
    advice = (
        "; ".join(remedies)
        or "user, PID, mount and network namespaces must be allowed, on Linux 5.14 or newer"
    )
    return (
        f"The walls cannot be put up here: {advice}.{lasting} The system said: {said or 'nothing'}"
    )


def outer(folder: Path, *more: str) -> list[str]:
    """Bubblewrap's options: `folder` as `INSIDE`, interpreter and libraries, nothing else; `more`
    options go with them.

    What runs in there keeps the privilege to put up inner walls (`confine.walls`) and has to give
    it up.
    """
    options = [
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    # To put up the inner walls the warm process keeps these; each fork gives them up before student
    # code runs.
    options += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    if os.getuid() == 0:
        options += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        options += ["--unshare-user"]
    # No --die-with-parent: it is tied to the thread that started us. When we end, however we end,
    # so does the control socket, and with it the warm process. It is the first of its PID
    # namespace, so the kernel takes every student's process with it; bubblewrap's own first process
    # would wait for them instead.
    options += ["--as-pid-1", "--new-session", "--hostname", "sandbox"]
    options += ["--proc", "/proc", "--tmpfs", "/tmp", "--chdir", "/tmp"]
    shown = [
        Path(interpreter()),
        *(Path(sys.base_prefix, lib) for lib in ("lib", "lib64")),
        *libraries(),
    ]
    parents = [parent for place in shown for parent in reversed(Path(seen(place)).parents)]
    for parent in dict.fromkeys(["/dev", "/etc", "/usr", "/usr/local", *map(str, parents)]):
        # Made in passing, they would be closed to the student's process.
        options += [
            "--dir",
            parent,
        ]
    for name in _DEVICES:
        options += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for name in (
        "/lib",
        "/lib32",
        "/lib64",
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        "/usr/local/lib",
    ):
        if os.path.islink(name):
            options += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            options += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/alternatives"):
        options += ["--ro-bind-try", name, name]
    for place in _outermost(shown):
        options += ["--ro-bind", str(place), seen(place)]
    for place in libraries():  # an installed copy of this package has bundles beside it
        if (place / "autograder").is_dir():
            options += ["--ro-bind", str(folder / "empty"), seen(place / "autograder")]
    options += [
        "--ro-bind",
        str(folder),
        INSIDE,
        "--ro-bind",
        str(folder / "passwd"),
        "/etc/passwd",
    ]
    return [*options, *more, "--remount-ro", "/"]


def libraries() -> list[Path]:
    """The folders of installed packages that this interpreter imports NumPy and Keras from."""
    folders = [
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
        *site.getsitepackages(),
    ]
    for name in ("numpy", "keras", "tensorflow"):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin and spec.submodule_search_locations:
            # Not a script of this name nearby.
            folders.append(os.path.dirname(os.path.dirname(spec.origin)))
    return [Path(folder) for folder in dict.fromkeys(folders) if folder and os.path.isdir(folder)]


def _outermost(places: list[Path]) -> list[Path]:
    """Each place once, without those that lie inside another or inside what the system part shows
    already.
    """
    roots = [Path(name) for name in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")]
    kept: list[Path] = []
    for place in sorted({place for place in places if place.exists()}, key=lambda p: len(p.parts)):
        if not any(place.is_relative_to(other) for other in [*kept, *roots]):
            kept.append(place)
    return kept


def _setting(name: str) -> str | None:
    text = _read(f"/proc/sys/{name}")
    return None if text is None else text.strip()


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
