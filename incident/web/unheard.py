"""What will not be seen here of what comes back from a mail, while no way for it is set."""

from incident.notice_kinds import PUBLIC, NoticeKind
from incident.settings import Settings
from notifications.wording import worded


def unheard(settings: Settings, kind: str) -> str:
    """That answers to a mail of this kind, and perhaps bounces, reach nothing here; "" where they do, or it is none."""
    if kind in (*PUBLIC, NoticeKind.IN_APP) or settings.takes_mail:
        return ""
    if settings.takes_events:
        return worded("Answers to this mail will not be seen here: no way for returning mail is set.")
    return worded(
        "Answers to this mail, and reports that it could not be delivered, will not be seen here: "
        "no way for returning mail is set."
    )
