"""The short id of a data set that somebody gave a name only."""

import re
import unicodedata
from collections.abc import Collection, Sequence

LONGEST = 40  # letters, of 64 that an id may have
PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
BETWEEN = re.compile(r"[^a-z0-9]+")


def give_ids(rows: Sequence[dict[str, object]]) -> None:
    """Give each data set that has none an id made of its name, which no other has; an odd one stays to be refused."""
    taken = {str(row["id"]) for row in rows if "id" in row}
    for number, row in enumerate(rows, start=1):
        if "id" not in row:
            row["id"] = identity = id_of(str(row.get("title", "")), taken) or id_of(f"data {number}", taken)
            taken.add(identity)


def id_of(name: str, taken: Collection[str] = ()) -> str:
    """A short word of small letters, digits and hyphens; "" where a name has none of them."""
    spelled = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN)).encode("ascii", "ignore").decode()
    word = BETWEEN.sub("-", spelled)[:LONGEST].strip("-")
    more = (f"{word}-{number}" for number in range(2, len(taken) + 3))
    return next((one for one in (word, *more) if one not in taken), "") if word else ""
