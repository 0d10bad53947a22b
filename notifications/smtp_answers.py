"""A relay's answers out of the bytes it sends: a code and its words, several lines of one joined (RFC 5321 §4.2.1)."""

LONGEST_LINE = 8192  # octets of one line of an answer
LONGEST = 4 * LONGEST_LINE


class NoAnswer(ValueError):
    """What came is no answer of RFC 5321: nothing that follows it can be understood."""


class Answers:
    """Takes bytes as they come and gives whole answers."""

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0  # up to here answers were made of it

    @property
    def more(self) -> bool:
        """Whether bytes wait that no answer was made of yet."""
        return self._at < len(self._buffer)

    def feed(self, data: bytes) -> None:
        """What was received."""
        self._buffer, self._at = self._buffer[self._at :] + data, 0

    def take(self) -> tuple[int, bytes] | None:
        """The next answer, its words as they came (`read_words`); None while it is not whole. Raises NoAnswer."""
        buffer, offset = self._buffer, self._at
        words: list[bytes] = []
        while (end := buffer.find(b"\n", offset) + 1) > 0:
            line = buffer[offset:end]
            if len(line) > LONGEST_LINE or end - self._at > LONGEST or not line[:3].isdigit():
                raise self._none()
            offset = end
            words.append(line[4:])
            if line[3:4] != b"-":
                self._at = end
                return int(line[:3]), line[4:] if len(words) == 1 else b"\n".join(map(bytes.strip, words))
        if len(buffer) - self._at > LONGEST or len(buffer) - offset > LONGEST_LINE:
            raise self._none()
        return None

    def _none(self) -> NoAnswer:
        return NoAnswer("no answer of RFC 5321: " + read_words(self._buffer[self._at :][:100]))


def read_words(words: bytes) -> str:
    """The words of an answer as text; bytes that are no UTF-8 stay as surrogates."""
    return words.strip().decode("utf-8", "surrogateescape")
