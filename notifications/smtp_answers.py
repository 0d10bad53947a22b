"""A relay's answers out of the bytes it sends: a code and its words, several lines of one joined (RFC 5321 §4.2.1)."""

LONGEST_LINE = 8192  # octets of one line of an answer
LONGEST = 4 * LONGEST_LINE


class NoAnswer(ValueError):
    """What came is no answer of RFC 5321: nothing that follows it can be understood."""


class Answers:
    """Takes bytes as they come and gives whole answers."""

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def more(self) -> bool:
        """Whether bytes wait that no answer was made of yet."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> None:
        """What was received."""
        self._buffer += data

    def take(self) -> tuple[int, str] | None:
        """The next answer; None while it is not whole. Raises NoAnswer."""
        words: list[bytes] = []
        offset = 0
        while (end := self._buffer.find(b"\n", offset) + 1) > 0:
            line = self._buffer[offset:end]
            if len(line) > LONGEST_LINE or end > LONGEST or not line[:3].isdigit():
                raise self._none()
            offset = end
            words.append(line[4:].strip())
            if line[3:4] != b"-":
                self._buffer = self._buffer[end:]
                return int(line[:3]), b"\n".join(words).decode("utf-8", "surrogateescape")
        if len(self._buffer) > LONGEST or len(self._buffer) - offset > LONGEST_LINE:
            raise self._none()
        return None

    def _none(self) -> NoAnswer:
        return NoAnswer("no answer of RFC 5321: " + self._buffer[:100].decode("utf-8", "surrogateescape"))
