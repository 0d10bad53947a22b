"""Small pictures made here: a PNG mark, and the head of a JPEG, as an organisation's logo."""

import struct
import zlib

Pixel = tuple[int, int, int, int]
NONE: Pixel = (0, 0, 0, 0)


def png(width: int = 120, height: int = 40, colour: Pixel = (178, 58, 72, 255)) -> bytes:
    """A PNG of a disc and two bars on a transparent ground."""
    rows = b"".join(b"\0" + b"".join(bytes(_mark(x, y, height, colour)) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_head(width: int, height: int) -> bytes:
    """The beginning of a JPEG: JFIF segment, a Huffman table, the frame header. Nothing is drawn."""
    jfif = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    table = b"\xff\xc4\x00\x05\x00\x01\x02"
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\x01\x11\x00" * 3
    return b"\xff\xd8" + jfif + table + frame + b"\xff\xd9"


def _mark(x: int, y: int, height: int, colour: Pixel) -> Pixel:
    middle = height / 2
    if (x - middle) ** 2 + (y - middle) ** 2 <= (middle - 2) ** 2:
        return colour
    bar = x > height + 6 and any(at <= y < at + height // 6 for at in (height // 4, height * 7 // 12))
    return colour if bar else NONE


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
