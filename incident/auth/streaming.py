"""Forms with a file that is read as it comes: the fields before it first, then the file, never as a whole or on disk.

A form of ours that brings people's addresses ends in /import. A temporary file of it would lie there in the clear.
"""

import io
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from anyio import from_thread
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from notifications.wording import worded

MULTIPART = "multipart/form-data"
STREAMED = "/import"
MOST_FIELDS = 64 * 1024  # bytes of everything before the file
HEARD = (  # events of the parser
    *("on_part_begin", "on_part_data", "on_part_end"),
    *("on_header_field", "on_header_value", "on_header_end", "on_headers_finished"),
)
BROKE_OFF = worded("The upload broke off. What was stored before stays.")


class Arriving(io.RawIOBase):
    """Something that arrives in pieces as a file for code that runs in a worker thread; memory holds one piece."""

    def __init__(self, piece: Callable[[], Coroutine[Any, Any, bytes]]) -> None:
        self._piece = piece
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the type of buffers is new in 3.12
        if not self._rest:
            self._rest = from_thread.run(self._piece)
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


class StreamedForm:
    """A multipart form whose fields come before its one file (RFC 7578). What follows the file is not read."""

    def __init__(self, request: Request, boundary: bytes) -> None:
        self.fields: list[tuple[str, str]] = []
        self.file_name = ""
        self._chunks: AsyncIterator[bytes] = request.stream()
        self._disposition, self._header, self._value = b"", b"", b""
        self._field: tuple[str, bytearray] | None = None
        self._begun = self._whole = False
        self._size = 0
        self._file = bytearray()
        heard: Any = {name: getattr(self, f"_{name}") for name in HEARD}
        self._parser = MultipartParser(boundary, heard)

    def field(self, name: str) -> str | None:
        """The first field of this name."""
        return next((value for one, value in self.fields if one == name), None)

    async def read_fields(self) -> None:
        """Read as far as the file begins, or to the end where there is none."""
        while not self._begun and (chunk := await self._next()):
            self._parse(chunk)

    async def piece(self) -> bytes:
        """The next bytes of the file, b"" at its end. Raises HTTPException 400 when the upload breaks off."""
        while self._begun and not self._file:
            chunk = await self._next()
            if not chunk:
                break
            self._parse(chunk)
        if self._begun and not self._file and not self._whole:
            raise HTTPException(400, BROKE_OFF)
        while self._whole and not self._file and await self._next():
            pass  # read away, so that the connection can go on
        taken, self._file = bytes(self._file), bytearray()
        return taken

    async def _next(self) -> bytes:
        try:
            async for chunk in self._chunks:
                if chunk:
                    return chunk
        except ClientDisconnect:
            raise HTTPException(400, BROKE_OFF) from None
        return b""

    def _parse(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise HTTPException(400, worded("This form cannot be read.")) from None

    def _on_part_begin(self) -> None:
        self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _on_headers_finished(self) -> None:
        options = parse_options_header(self._disposition)[1]
        self._field = None
        if b"filename" not in options:
            self._field = (_text(options.get(b"name", b"")), bytearray())
        elif not self._begun:
            self._begun, self.file_name = True, _text(options[b"filename"])

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None and not self._whole:
            self._file += data[start:end]
        elif self._field is not None and not self._begun:
            self._size += end - start
            if self._size > MOST_FIELDS:
                raise HTTPException(
                    413, worded("The fields before the file are larger than {number} KiB.", number=MOST_FIELDS // 1024)
                )
            self._field[1].extend(data[start:end])

    def _on_part_end(self) -> None:
        if self._field is None:
            self._whole = True
        elif not self._begun:
            self.fields.append((self._field[0], _text(bytes(self._field[1]))))


def is_streamed(request: Request) -> bool:
    """Whether a request brings a form that is read as it comes."""
    return _media(request)[0] == MULTIPART.encode() and request.url.path.endswith(STREAMED)


async def streamed_form(request: Request) -> StreamedForm:
    """The form of a request with its fields read, the same one however often it is asked for.

    Raises HTTPException 415 for another kind of body and 400 for one that cannot be read.
    """
    found: StreamedForm | None = getattr(request.state, "streamed_form", None)
    if found is None:
        kind, options = _media(request)
        if kind != MULTIPART.encode() or b"boundary" not in options:
            raise HTTPException(415, f"Send the form as {MULTIPART}.")
        try:
            found = StreamedForm(request, options[b"boundary"])
        except FormParserError:
            raise HTTPException(400, worded("This form cannot be read.")) from None
        request.state.streamed_form = found
        await found.read_fields()
    return found


def _media(request: Request) -> tuple[bytes, dict[bytes, bytes]]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    return kind.lower(), options


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
