"""A real Postfix for the tests of mail intake: Debian's package, unpacked and never installed, in folders of the test.

Postfix gives up root for an account of its own and will not start without root, so it runs where tests run as root.
"""

import grp
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from tests.debian import unpack

ROOT = Path(__file__).parents[1]
COPY = ROOT / ".var" / "postfix"
OWNERS = ("postfix", "news", "uucp", "games")  # Postfix wants an account that nothing else runs as
GROUPS = ("postdrop", "uucp", "news", "games")
KEPT = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")
SERVICES = (
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "rewrite unix - - n - - trivial-rewrite",
    *(f"{name} unix - - n - 0 bounce" for name in ("bounce", "defer", "trace")),
    "lmtp unix - - n - - lmtp",
    *(f"{name} unix - - n - - error" for name in ("error", "retry")),
    "anvil unix - - n - 1 anvil",
    "scache unix - - n - 1 scache",
    "postlog unix-dgram n - n - 1 postlogd",
)


class NoPostfix(Exception):
    """It cannot be started here; the text says why."""


def obtain() -> Path:
    """The folder of the unpacked package. Raises NoPostfix."""
    if os.geteuid() != 0:
        raise NoPostfix("Postfix starts as root only; docs/mail-intake.md says how to try it by hand")
    try:
        if not (COPY / "usr" / "sbin" / "postconf").exists():
            unpack("postfix", COPY)
        version(COPY)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPostfix(f"Debian's package of Postfix could not be had or does not start: {error}") from error
    return COPY


def version(copy: Path) -> str:
    """Its version, such as 3.7.11."""
    command = [str(copy / "usr" / "sbin" / "postconf"), "-dh", "mail_version"]
    return subprocess.run(command, env=_environment(copy), capture_output=True, text=True, check=True).stdout.strip()


class Postfix:
    """A mail server that takes mail for `domain` on `port`, with lines of a page of ours in its settings."""

    def __init__(self, copy: Path, port: int, domain: str, lines: str) -> None:
        self._copy = copy
        self._home = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))  # its account must get in, sockets be short
        self._home.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self._write(port, domain, lines)

    def __enter__(self) -> "Postfix":
        master = self._copy / "usr" / "lib" / "postfix" / "sbin" / "master"
        command = [str(master), "-c", str(self._home / "conf"), "-s"]
        environment = _environment(self._copy) | {"MAIL_CONFIG": str(self._home / "conf")}
        self._process = subprocess.Popen(
            command, env=environment, cwd=self._home / "spool", stdin=subprocess.DEVNULL, start_new_session=True
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(30)
        shutil.rmtree(self._home)

    def said(self) -> str:
        """Its log so far."""
        log = self._home / "data" / "mail.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def has(self, status: str) -> bool:
        """Whether a mail became so: deferred, sent."""
        return re.search(rf"lmtp\[\d+\]: .* status={status} ", self.said()) is not None

    def _write(self, port: int, domain: str, lines: str) -> None:
        home, owner = self._home, _first(OWNERS, pwd.getpwnam)
        group = _first(GROUPS, grp.getgrnam)
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": home / "spool",
            "data_directory": home / "data",
            "meta_directory": home / "conf",
            "command_directory": self._copy / "usr" / "sbin",
            "daemon_directory": self._copy / "usr" / "lib" / "postfix" / "sbin",
            "shlib_directory": self._copy / "usr" / "lib" / "postfix",
            "mail_owner": owner,
            "setgid_group": group,
            "maillog_file": home / "data" / "mail.log",
            "maillog_file_prefixes": home,
            "import_environment": f"MAIL_CONFIG LD_LIBRARY_PATH={_libraries(self._copy)}",
            "myhostname": f"mx.{domain}",
            "mydestination": domain,
            "local_recipient_maps": "",
            "alias_maps": "",
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            **dict.fromkeys(("queue_run_delay", "minimal_backoff_time", "transport_retry_time"), "1s"),
            "maximal_backoff_time": "2s",
        }
        conf = home / "conf"
        conf.mkdir()
        said = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (conf / "main.cf").write_text(f"{said}{lines}")
        services = (f"127.0.0.1:{port} inet n - n - - smtpd", *SERVICES)
        (conf / "master.cf").write_text("".join(f"{line}\n" for line in services))
        self._lay_out(owner, group)

    def _lay_out(self, owner: str, group: str) -> None:
        spool, data = self._home / "spool", self._home / "data"
        for folder in (spool, data, *(spool / name for name in (*KEPT, "maildrop", "public", "pid"))):
            folder.mkdir()
        for name in (*KEPT, "maildrop", "public"):
            shutil.chown(spool / name, owner, group if name in ("maildrop", "public") else None)
            (spool / name).chmod({"maildrop": 0o1730, "public": 0o2710}.get(name, 0o700))
        shutil.chown(data, owner)


def _first(names: tuple[str, ...], find: object) -> str:
    assert callable(find)
    for name in names:
        try:
            find(name)
        except KeyError:
            continue
        return name
    raise NoPostfix(f"this machine has none of the accounts {', '.join(names)}")


def _libraries(copy: Path) -> Path:
    return copy / "usr" / "lib" / "postfix"


def _environment(copy: Path) -> dict[str, str]:
    return {**os.environ, "LD_LIBRARY_PATH": str(_libraries(copy))}
