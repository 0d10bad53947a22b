"""A throw-away PostgreSQL: its own folder, a Unix socket and no port, gone when it is stopped."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psycopg

from tests.postgresql import binaries

OWNER = "seventytwo"
START_SECONDS = 60
STOP_SECONDS = 10
ROOM = 3 * 2**30  # bytes; a database has 8 MB, and the log may grow to max_wal_size
# fsync and synchronous_commit stay on: the store refuses a database without them
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "full_page_writes": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "5min",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "lc_messages": "C",
}


class ServerTrouble(Exception):
    """PostgreSQL did not start; the text holds what it said."""


class Server:
    """One running PostgreSQL. `postgres` refuses to run as root, so root starts it as another existing user."""

    def __init__(self, programs: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="seventytwo-postgresql-", dir=_quick_folder()))
        self._user = _unprivileged_user() if os.geteuid() == 0 else None
        self._programs = self._reachable(programs or binaries.obtain())
        self._log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._begin()
        except BaseException:
            self.stop()
            raise

    def url(self, database: str) -> str:
        """The address of one database, as the store and psycopg take it."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def crash(self) -> None:
        """End it as a crash does: nothing is written down, clients are cut off in the middle of their words."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def start_again(self) -> None:
        """Start on what is there, and wait until it has recovered."""
        self._run()

    def stop(self) -> None:
        """End the server, by force if it will not, and remove all it had."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # a fast shutdown: roll back, disconnect, end
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begin(self) -> None:
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        data = self.folder / "data"
        made = self._start(
            "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        ).wait()
        if made != 0:
            raise ServerTrouble(self._said())
        self._run()

    def _run(self) -> None:
        data = self.folder / "data"
        options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        self._process = self._start("postgres", "-D", data, "-k", self.folder, *options)
        self._wait()

    def _start(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        user = self._user
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(self.folder)},
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                threading.Event().wait(0.02)
            else:
                return
        raise ServerTrouble(self._said())

    def _said(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else "it said nothing"

    def _reachable(self, programs: Path) -> Path:
        """The programs, or a copy of them when they lie under a folder that the other user may not enter."""
        if self._user is None or _may_run(self._user, programs / "postgres"):
            return programs
        top = programs.parents[2] if programs.parent.name == "pginstall" else programs.parent
        copy = self.folder / "programs"
        shutil.copytree(top, copy, symlinks=True)
        for part in (copy, *copy.rglob("*")):
            if not part.is_symlink():
                part.chmod(part.stat().st_mode | 0o555)
        os.chmod(self.folder, 0o755)  # the data folder inside stays 0700
        return copy / programs.relative_to(top)


def _quick_folder() -> Path | None:
    """Memory, where there is enough of it: a database is copied in 15 ms there and in 60 to 230 ms on a disk."""
    memory = Path("/dev/shm")
    try:
        roomy = shutil.disk_usage(memory).free > ROOM
    except OSError:
        return None
    return memory if roomy and os.access(memory, os.W_OK | os.X_OK) else None


def _may_run(user: pwd.struct_passwd, program: Path) -> bool:
    try:
        run = subprocess.run(
            [program, "--version"],
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return run.returncode == 0


def _unprivileged_user() -> pwd.struct_passwd:
    """An existing user for a root that may not run the server itself. Raises ServerTrouble when there is none."""
    users = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    for name in ("postgres", "nobody", *sorted(users)):
        if name in users:
            return users[name]
    raise ServerTrouble("root may not run PostgreSQL and this machine has no other user to run it as")
