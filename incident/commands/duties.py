"""The command `seventytwo duties`: what follows from facts and moments, without a database."""

from incident.commands.documents import answer_each
from incident.inquiries.duties import answer
from incident.law.explaining import table_of


def run(file: str, *, explain: bool) -> int:
    """Answer every document of the file, as JSON or as a table; the status is 2 when one could not be answered."""
    return answer_each(file, answer, _explained if explain else None)


def _explained(rows: object) -> str:
    return table_of(rows if isinstance(rows, list) else [])
