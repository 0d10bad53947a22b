"""What the forms about approvals send: a call that was heard, a deputy, an approval in peacetime."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from incident.notice_kinds import NoticeKind
from incident.web.forms import STORABLE, Line, Sent
from notifications.release import Seen

Digest = Annotated[str, Field(max_length=64, pattern=STORABLE)]


class SeenForm(Sent):
    """The digests of what the page showed."""

    edition_digest: Digest
    audience_digest: Digest
    facts_digest: Digest

    @property
    def seen(self) -> Seen:
        return Seen(self.edition_digest, self.audience_digest, self.facts_digest)


class SpokenForm(SeenForm):
    """A yes that was heard; `at` is local."""

    approver: UUID
    at: Line
    recognised: Annotated[str, Field(max_length=500, pattern=STORABLE)] = ""


class DeputyForm(Sent):
    """Who stands in, for whom (empty: the sender), from when to when; both moments are local."""

    deputy: UUID
    principal: Line = ""
    begins_at: Line
    ends_at: Line


class StandingForm(Sent):
    """A kind as its templates are, until the end of a day."""

    kind: NoticeKind
    template_digest: Digest
    ends_on: Line
