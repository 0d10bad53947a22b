"""A small IMAP server over TLS for tests: one folder of mails, sign-in by password or token, flags, moves."""

import base64
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LINE = re.compile(rb"(\S+) (.*)\r\n", re.DOTALL)


@dataclass(slots=True)
class ImapServer:
    """What it holds and has been told. `drop_at`: the command at which it hangs up, once."""

    tls: ssl.SSLContext
    user: str = "desk@notices.example"
    password: str = "hunter2"
    token: str = ""
    moves: bool = True
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    moved: dict[int, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    drop_at: str = ""

    @contextmanager
    def running(self) -> Iterator[int]:
        """Serve; gives the port."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
            thread.start()
            yield listener.getsockname()[1]
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError, ssl.SSLError), self.tls.wrap_socket(plain, server_side=True) as connection:
                self._serve(connection)

    def _serve(self, connection: ssl.SSLSocket) -> None:
        file = connection.makefile("rb")
        connection.sendall(b"* OK ready\r\n")
        while found := LINE.fullmatch(file.readline()):
            tag, command = found[1], found[2].decode()
            self.commands.append(command)
            word = command.split(" ")[1 if command.startswith("UID") else 0].upper()
            if word == self.drop_at:
                self.drop_at = ""
                return
            if word == "AUTHENTICATE":
                connection.sendall(b"+ \r\n")
                command = base64.b64decode(file.readline().strip()).decode()
                if f"Bearer {self.token}\x01" not in command:
                    connection.sendall(b"+ " + base64.b64encode(b'{"status":"400"}') + b"\r\n")
                    file.readline()
            answer, status = self._answer(word, command)
            connection.sendall(answer + tag + b" " + status + b" so it is\r\n")
            if word == "LOGOUT":
                return

    def _answer(self, word: str, command: str) -> tuple[bytes, bytes]:
        parts = command.split(" ")
        uid = int(parts[2]) if word in ("FETCH", "STORE", "COPY", "MOVE") else 0
        if word == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2" + (b" MOVE" if self.moves else b"") + b"\r\n", b"OK"
        if word == "LOGIN":
            good = command == f'LOGIN {self.user} "{self.password}"'
            return b"", b"OK" if good else b"NO [AUTHENTICATIONFAILED] wrong"
        if word == "AUTHENTICATE":
            good = bool(self.token) and command == f"user={self.user}\x01auth=Bearer {self.token}\x01\x01"
            return b"", b"OK" if good else b"NO refused"
        if word == "SEARCH":
            left = [n for n in self.mails if n not in self.moved and n not in self.deleted]
            wanted = [n for n in left if "UNSEEN" not in command or n not in self.seen]
            return b"* SEARCH " + " ".join(map(str, wanted)).encode() + b"\r\n", b"OK"
        if word == "FETCH":
            mail = self.mails[uid]
            return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (uid, len(mail), mail), b"OK"
        self._change(word, uid, command)
        return (b"* 3 EXISTS\r\n" if word == "SELECT" else b""), b"OK"

    def _change(self, word: str, uid: int, command: str) -> None:
        if word == "STORE":
            self.seen |= {uid} if "\\Seen" in command else set()
            self.deleted |= {uid} if "\\Deleted" in command else set()
        elif word in ("MOVE", "COPY"):
            self.moved[uid] = command.split(" ", 3)[3].strip('"')
