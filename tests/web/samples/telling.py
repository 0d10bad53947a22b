"""Sample views: notices, releases, public and in-app pages, mails, quarantine."""

from dataclasses import replace

from incident.settings import Settings, shipped
from incident.web import views as v
from incident.web.authoring import nothing_told
from incident.web.public_words import words_of
from incident.web.times import spoken
from incident.web.tongues import tongues_begun, tongues_lacking
from incident.web.unheard import unheard
from incident.web.views.approvals import ApprovalsView, SeatLine
from incident.web.views.case import Outdated
from notifications.blocks import read_blocks
from notifications.differences import differences
from tests.web.samples.board import HOSTILE, NOTICE, NOW, OPENED

TEXTS = (
    v.EditionText(
        "en",
        "English",
        "Your customer list was readable by others",
        NOTICE,
        "Your customer list was readable by others",
        NOTICE,
        "/mail.html",
    ),
    v.EditionText(
        "de",
        "Deutsch",
        "Ihre Kundenliste war für andere lesbar",
        NOTICE,
        "Ihre Kundenliste war für andere lesbar",
        NOTICE,
        "/mail.html",
    ),
)
UNHEARD = unheard(Settings(), "people")
SEGMENTS = (v.SegmentCount("English", 2210), v.SegmentCount("German", 1202))
FINDINGS = (
    v.FindingLine(
        "error",
        "de",
        "Contact",
        "the section names no telephone number or address",
        "Add a contact people can reach",
        "GDPR Art. 34(2)",
        "k1",
    ),
    v.FindingLine("warning", "en", "text", "a sentence has 41 words", "Split it", "", "k2"),
    v.FindingLine(
        "warning",
        "en",
        "text",
        "“may” is said of something certain",
        "Say it plainly",
        "",
        "k3",
        "counsel asked for it",
    ),
)
NOTICE_VIEW = v.NoticeView(
    "n1",
    "/notices/n1",
    "people",
    "E-mail to the people affected",
    "Art. 34(2): in clear and plain language.",
    4,
    TEXTS,
    FINDINGS,
    ("greeting", "name"),
    2,
    ("accounts/people.count",),
    SEGMENTS,
    3412,
    releases=(("/releases/r1", "Edition 1: finished", NOW),),
    unheard=UNHEARD,
)
RELEASE = v.ReleaseView(
    "r1",
    "/releases/r1",
    "/notices/n1",
    "E-mail to the people affected",
    "E-mail to the people affected",
    "requested",
    "Waits for approval",
    2,
    "5b1e" * 16,
    "77aa" * 16,
    "security-notices@example.org",
    3412,
    SEGMENTS,
    TEXTS,
    "Mara Lindqvist",
    NOW,
    may_approve=True,
    approvals=ApprovalsView((SeatLine("approver"),), expires_at=NOW, role="approver", unheard=UNHEARD),
)
LEDGER = (
    v.LedgerLine("accepted", "Accepted by the relay", 2204, "met"),
    v.LedgerLine("transmitting", "Being sent", 100, "ahead"),
    v.LedgerLine("pending", "Waiting", 1102, ""),
    v.LedgerLine("deferred", "Deferred", 4, "soon"),
    v.LedgerLine("rejected", "Rejected", 2, "late"),
)
SENDING = replace(
    RELEASE,
    state="approved",
    state_label="Sending",
    approved_by="Ines Moreau",
    approved_at=NOW,
    approvals=ApprovalsView((SeatLine("approver", "Ines Moreau", NOW, "with a passkey"),)),
    ledger=LEDGER,
    settled=2206,
)
NOTICES = (
    v.NoticeLine(
        "/notices/n1",
        "People",
        "E-mail to the people affected",
        "requested",
        "Waits for approval",
        ("en", "de"),
        NOW,
    ),
    v.NoticeLine(
        "/notices/n2",
        "Customers",
        "Notice to business customers",
        "approved",
        "Sending",
        ("en", "de"),
        NOW,
        131,
        2,
        140,
        outdated=Outdated("/incidents/amber-heron/notices?kind=customer_update#draft-form"),
    ),
    v.NoticeLine("/notices/n3", "Announcement", "Public announcement", "draft", "Draft", ("en", "de"), NOW),
)
AUTHORING: dict[str, object] = {
    "own_words": nothing_told(("en", "de")),
    "suggested": {"Public bucket": "the task “Keep the settings, then block public access” is done"},
    **dict.fromkeys(("told", "typed")),
    "can_discard": True,
    "discarded": NOTICES[2:],
    "tongues": tongues_begun(("English", "Deutsch"), {"FR": 14, "BE": None, "GR": 2}),
    "dataset": "accounts",
    "unread": tongues_lacking(("en", "de"), {"FR": 14}),
}
FILINGS = (
    v.FilingLine("f1", "Notification to the supervisory authority", "GDPR Art. 33(3)", "de", NOW, NOTICE),
    v.FilingLine(
        "f0",
        "Preliminary notification",
        "GDPR Art. 33(4)",
        "de",
        NOW,
        NOTICE,
        NOW,
        "LfDI Baden-Württemberg",
        "portal",
        "2026-11-4711",
        "9f2c" * 16,
    ),
)
ANNOUNCEMENT = v.AnnouncementView(
    "/announcements/en/a1.html",
    "A storage bucket of ours could be read by anybody",
    "en",
    read_blocks(NOTICE),
    2,
    OPENED,
    NOW,
    (
        v.VersionLine(
            2,
            NOW,
            "/announcements/en/a1.2.html",
            "The period began on 14 November, not on 16 November.",
            differences("It began on 16 November.", "It began on 14 November."),
        ),
        v.VersionLine(1, OPENED, "/announcements/en/a1.1.html"),
    ),
    correction="The period began on 14 November, not on 16 November.",
    summary="Between 14 and 24 November 2026 exports of customer lists could be read by anybody who knew the address.",
)
SITE = v.SiteView(
    organisation="Nimbus CRM",
    locale="en",
    zone="Europe/Berlin",
    root="/announcements/",
    style="/static/announcements.css",
    icon="data:,",
    logo="",
    address="https://status.example/announcements/en/a1.html",
    lasting="https://status.example/announcements/a1",
    tongues=tuple(
        v.Tongue(
            locale, name, f"/announcements/{locale}/a1.html", f"https://status.example/announcements/{locale}/a1.html"
        )
        for locale, name in (("en", "English"), ("de", "Deutsch"))
    ),
)
AROUND: dict[str, object] = {
    "site": SITE,
    "say": words_of((shipped("templates"),), "en"),
    "at": lambda moment: spoken(moment, "en", "Europe/Berlin"),
}
MAILS = tuple(
    v.MailLine(
        f"{n:06d}",
        f"person{n}@example.net",
        "security-notices@example.org",
        "Your data were readable by others",
        NOW,
    )
    for n in range(40, 0, -1)
)
MAIL = v.MailLine(
    "000040",
    "person40@example.net",
    "security-notices@example.org",
    "Your data were readable by others",
    None,
    NOTICE,
    True,
    head=(
        ("From", "Nimbus CRM <security-notices@example.org>"),
        ("To", "person40@example.net"),
        ("Message-ID", "<9f2c.40.1@example.org>"),
    ),
)
QUARANTINE = (
    v.QuarantineLine(
        "q1",
        "prometheus",
        NOW,
        "body: alerts is missing (Alertmanager version 4 sends a list)",
        "9f2c" * 16,
        412,
        2,
        '{"version": "4", "x": "' + HOSTILE + '"}',
    ),
    v.QuarantineLine("q2", "siem", NOW, "body: is not JSON", "77aa" * 16, 24601),
)


def public_pages() -> dict[str, tuple[str, dict[str, object]]]:
    """The list of announcements and one of them, as `pages` has them."""
    return {
        "announcements": ("announcements.html", {**AROUND, "items": (ANNOUNCEMENT,)}),
        "announcement": ("announcement.html", {**AROUND, "view": ANNOUNCEMENT}),
    }
