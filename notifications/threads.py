"""Which mail a mail of ours answers, as mail programs file it: In-Reply-To and References (RFC 5322 §3.6.4)."""

import re
from collections.abc import Mapping

IDENTITY = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")


def thread_lines(content: Mapping[str, str]) -> bytes:
    """Header lines of the well-formed Message-IDs in `in_reply_to` and `references`, folded one a line; b"" for none.

    Nothing else a stranger sent gets here.
    """
    lines = []
    for name, key in (("In-Reply-To", "in_reply_to"), ("References", "references")):
        named = [one for one in IDENTITY.findall(content.get(key, "")) if one.isascii() and one.isprintable()]
        if named:
            lines.append(f"{name}: " + "\r\n ".join(named) + "\r\n")
    return "".join(lines).encode()
