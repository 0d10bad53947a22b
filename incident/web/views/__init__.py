"""What each page shows, as frozen values: templates never see a row of the database."""

from incident.web.views.board import BoardLine, BoardView, Hero
from incident.web.views.case import (
    CaseView,
    EntryLine,
    EvidenceLine,
    MoveOffer,
    NoticeLine,
    PassLine,
    PersonLine,
    PhaseStep,
    TaskLine,
)
from incident.web.views.duties import Candidate, CustomerLine, CustomersView, DutyCard, DutyGroup, NextDeadline
from incident.web.views.facts import DatasetForm, FactField, FactsView, RiskView
from incident.web.views.shell import Choice, Problem, Shell
from incident.web.views.telling import (
    AnnouncementView,
    EditionText,
    FilingLine,
    FindingLine,
    InAppNotice,
    LedgerLine,
    MailLine,
    NoticeView,
    QuarantineLine,
    ReleaseView,
    SegmentCount,
)

__all__ = [
    "AnnouncementView",
    "BoardLine",
    "BoardView",
    "Candidate",
    "CaseView",
    "Choice",
    "CustomerLine",
    "CustomersView",
    "DatasetForm",
    "DutyCard",
    "DutyGroup",
    "EditionText",
    "EntryLine",
    "EvidenceLine",
    "FactField",
    "FactsView",
    "FilingLine",
    "FindingLine",
    "Hero",
    "InAppNotice",
    "LedgerLine",
    "MailLine",
    "MoveOffer",
    "NextDeadline",
    "NoticeLine",
    "NoticeView",
    "PassLine",
    "PersonLine",
    "PhaseStep",
    "Problem",
    "QuarantineLine",
    "ReleaseView",
    "RiskView",
    "SegmentCount",
    "Shell",
    "TaskLine",
]
