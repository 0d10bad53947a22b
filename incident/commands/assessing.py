"""The command `seventytwo assess`: risk, severity and the tests of other laws, without a database."""

from incident.commands.assessed import explained
from incident.commands.documents import answer_each
from incident.inquiries.assessments import answer


def run(file: str, explain: bool) -> int:
    """Answer every document of the file, as JSON or for people; the status is 2 when one could not be answered."""
    return answer_each(file, answer, explained if explain else None)
