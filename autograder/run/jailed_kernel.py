"""Mode C: an IPython kernel behind the walls of the sandbox, for notebooks with free `assert`
cells.

In nbgrader_config.py, with nbgrader's own preprocessors left as they are:

    c.Execute.kernel_manager_class = "autograder.run.jailed_kernel.JailedKernelManager"

`nbgrader autograde` then runs every notebook in a Python kernel that has no network, sees no file
but the interpreter and its libraries, and writes nowhere but a small `/tmp` of its own that nobody
keeps. The kernel's sockets lie in that `/tmp` too: this side reaches in, nothing is shared with it.

The walls protect the machine, the gradebook and the other students. They cannot protect the points:
an `assert` runs in the student's own process, which can replace what the assert looks at. Exercises
with declared checks (`autograder grade`, `nbgrader_plugins`) do not have this weakness.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import secrets
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type, default

from . import walls, watchdog
from .limits import Limits, SandboxUnavailable
from .opening import require_walls

_START_SECONDS = 60.0
_WATCH_SECONDS = 0.2
_OUTPUT_BYTES = 8 << 20  # of a whole notebook, and of one message
_OUTPUT_MESSAGES = 20_000
_QUEUED_MESSAGES = 10  # read from the kernel, not yet looked at
_TEXT = 1 << 20  # characters printed at once: as JSON still below a message's limit
# In the jail: the inner walls, then the kernel, with its sockets in the folder that was made for
# it. ipykernel's pipe for the output of subprocesses is a TCP port; ZeroMQ aborts where it may not
# list network interfaces. A long text is cut where it is sent: who prints a large list by mistake
# must not lose the connection.
_START = """
import json, os, sys
sys.path[:0] = json.loads(sys.argv[1])
from autograder.run.inside import confine
limits, place, most, arguments = json.loads(sys.argv[2])
confine.unshare(confine.NEW_PID)
child = os.fork()
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
confine.walls(limits)
with open("/connection.json") as file:
    connection = json.load(file)
connection["ip"] = place + "/k"
with open("/tmp/connection.json", "w") as file:
    json.dump(connection, file)
os.mkdir(place)
# The parent's handle 1 says nothing.
sys.argv[1:] = ["-f", "/tmp/connection.json", "--IPKernelApp.parent_handle=1", *arguments]
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.kernelapp import launch_new_instance
IOPubThread._setup_pipe_in = lambda self: setattr(self, "_pipe_flag", False)
printed = OutStream._flush_buffers
def _cut(self):
    for parent, text in printed(self):
        cut = f"\\n[cut after {most} characters]\\n"
        yield parent, text if len(text) <= most else text[:most] + cut
OutStream._flush_buffers = _cut
launch_new_instance()
"""


class _CappedOutput(AsyncZMQSocketChannel):
    """What a kernel publishes, up to a limit: nbclient would keep all of it in this process's
    memory.
    """

    _bytes = _messages = 0

    # jupyter_client's asynchronous channel, too, overrides what its base does at once.
    async def _recv(self, **settings: Any) -> dict[str, Any]:  # type: ignore[override]
        parts = await self.socket.recv_multipart(**settings)
        self._messages += 1
        self._bytes += sum(map(len, parts))
        message = self.session.deserialize(self.session.feed_identities(parts)[1])
        if message["msg_type"] != "status" and (
            self._bytes > _OUTPUT_BYTES or self._messages > _OUTPUT_MESSAGES
        ):
            # nobody listens to this one, and nobody keeps it
            message["msg_type"] = message["header"]["msg_type"] = "comm_msg"
            message["content"] = {"comm_id": "", "data": {}}
        return message


class JailedKernelClient(AsyncKernelClient):
    """Talks to a jailed kernel, and takes no more from it than a notebook may hold."""

    iopub_channel_class = Type(_CappedOutput)

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, _OUTPUT_BYTES)  # a larger message ends the connection
        context.setsockopt(zmq.RCVHWM, _QUEUED_MESSAGES)
        return context


class JailedKernelManager(AsyncKernelManager):
    """Starts the kernel of a notebook inside the sandbox's walls, whatever kernel the notebook asks
    for.
    """

    limits = Limits()

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        require_walls()
        self._home = Path(tempfile.mkdtemp(prefix="autograder-kernel-"))
        self._code = walls.private_folder()
        self._inside = f"/tmp/{secrets.token_hex(8)}"  # no other process has a folder of this name
        self._pid = 0
        # Short: the path of a Unix socket has at most 107 characters. `k` leads to the kernel's own
        # /tmp once it runs.
        self.client_class = f"{__name__}.JailedKernelClient"
        self.transport, self.ip = "ipc", str(self._home / "k" / "k")
        self.connection_file = str(self._home / "connection.json")

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Bubblewrap, then Python: the notebook's own idea of a command is not asked for."""
        os.chmod(self.connection_file, 0o644)  # in a folder that is closed to others
        more = [
            "--die-with-parent",
            "--ro-bind",
            self.connection_file,
            "/connection.json",
            "--clearenv",
        ]
        for name, value in walls.environment(os.cpu_count() or 1, walled=True, home="").items():
            more += ["--setenv", name, value]
        settings = [dataclasses.asdict(self.limits), self._inside, _TEXT, extra_arguments or []]
        python = [
            walls.seen(walls.interpreter()),
            "-s",
            "-S",
            "-P",
            "-c",
            _START,
            walls.search_path(),
            json.dumps(settings),
        ]
        return [walls.require_host(), *walls.outer(self._code, *more), "--", *python]

    async def _async_post_start_kernel(self, **settings: Any) -> None:
        self._pid = await self._find()
        (self._home / "k").unlink(missing_ok=True)
        os.symlink(f"/proc/{self._pid}/root{self._inside}", self._home / "k")
        threading.Thread(
            target=self._watch, args=(self._pid,), name="kernel-watchdog", daemon=True
        ).start()
        await super()._async_post_start_kernel(**settings)

    post_start_kernel = _async_post_start_kernel

    async def _find(self) -> int:
        """The kernel's process, once its walls are up. Raises `SandboxUnavailable`."""
        provisioner = self.provisioner
        if not isinstance(provisioner, LocalProvisioner) or provisioner.process is None:
            raise SandboxUnavailable(
                f"A {type(provisioner).__name__} starts no process on this machine, so there is "
                "nothing to put behind walls. Choose a kernel without a provisioner of its own."
            )
        process = provisioner.process
        until = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < until:
            for pid in watchdog.tree(process.pid):
                if os.path.isdir(f"/proc/{pid}/root{self._inside}"):
                    return pid
            await asyncio.sleep(0.02)
        raise SandboxUnavailable(walls.explain("The kernel did not start behind its walls."))

    async def _async_interrupt_kernel(self) -> None:
        """To the kernel itself: the signal would end bubblewrap."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGINT)

    interrupt_kernel = _async_interrupt_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if not restart:
            for folder in (self._home, self._code):
                shutil.rmtree(folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources

    def _watch(self, pid: int) -> None:
        """Kill a kernel whose processes hold too much together: limits inside are for each of them
        alone.
        """
        inherited = watchdog.resident_kb(pid)
        handle = os.pidfd_open(pid)
        try:
            while os.path.isdir(f"/proc/{pid}"):
                if watchdog.too_much(pid, inherited, self.limits.memory_mb):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                    return
                time.sleep(_WATCH_SECONDS)
        finally:
            os.close(handle)
