"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, reached by a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path


class NoServer(RuntimeError):
    """There is no PostgreSQL on this machine; the message says what to install."""


class Server:
    """A running server. `close()` ends it and removes everything it wrote."""

    def __init__(self) -> None:
        programs = _programs()
        # The path of a Unix socket may have 107 characters, and another user must reach it: not in pytest's folders.
        self._folder = Path(tempfile.mkdtemp(prefix="course-pg-"))
        self._as: dict = {}
        if (
            os.getuid() == 0
        ):  # PostgreSQL refuses to run as root; Debian's package brings a user for it
            try:
                user = pwd.getpwnam("postgres")
            except KeyError:
                raise NoServer(
                    "PostgreSQL does not run as root, and there is no user `postgres`."
                ) from None
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = self._folder / "data"
        command = [
            programs / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-N",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self._as)
        self._log = open(self._folder / "log", "wb")
        self._process = subprocess.Popen(
            [
                programs / "postgres",
                "-D",
                data,
                "-k",
                self._folder,
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            cwd="/",
            **self._as,
        )
        self._admin = self._connect()

    def url(self, database: str) -> str:
        return f"postgresql+psycopg2://postgres@/{database}?host={self._folder}"

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, a copy of `template` (which nobody may have open), and its URL."""
        with self._admin.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def close(self) -> None:
        self._admin.close()
        self._process.send_signal(signal.SIGINT)  # "fast": open connections are ended
        self._process.wait(30)
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self):
        import psycopg2

        until = time.monotonic() + 60
        while True:
            try:
                connection = psycopg2.connect(
                    host=str(self._folder), user="postgres", dbname="postgres"
                )
                connection.autocommit = True
                return connection
            except psycopg2.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    said = (self._folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{said}") from None
                time.sleep(0.05)


def _programs() -> Path:
    """The folder of `initdb` and `postgres`: Debian keeps them out of PATH."""
    found = [Path(found).parent for found in [shutil.which("initdb")] if found]
    found += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name)
    )
    found = [
        folder
        for folder in found
        if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]
    if not found:
        raise NoServer(
            "PostgreSQL is not installed. Debian, Ubuntu: `sudo apt-get install postgresql`."
        )
    return found[-1]
