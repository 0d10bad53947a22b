"""Controllers' instructions to write to their people: record, withdraw, keep their yes to a text, and ask for both.

People whose controller is a customer of ours are that customer's to tell (GDPR Art. 33(2), Art. 34). We write to them
only on its recorded instruction, in its name, after it has said yes to exactly the text that goes out.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, NotFound, Refused
from incident.grounds import Case
from incident.models.entries import incident_subject
from incident.models.incidents import Evidence
from incident.models.people import Customer, Notice
from incident.models.releasing import Instruction
from incident.notice_kinds import KINDS
from incident.queries.briefs import case_for
from incident.queries.facts import latest_facts
from incident.queries.foreign_people import Going, Stand, standing_of
from incident.queries.instructions import Brand, Details, Yes, details_document, live_instruction, sealed_place
from incident.queries.pack_checks import values_against
from incident.queries.shares import processed_dataset
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.register import text_faults, usable_address
from incident.verbs.versions import lock_incident
from incident.verbs.voiding import open_releases, void_because
from notifications.branding import COLOUR
from notifications.ids import new_id
from notifications.models import Audience, Edition, Release
from notifications.wording import worded

WAYS = ("letter", "mail", "portal")
PORTAL_AND_OTHERS = (*WAYS, "meeting")  # how a yes to a text may come
LONGEST_WHAT = 4000
PEOPLE = tuple(kind.value for kind, told in KINDS.items() if told.to_people)


@dataclass(frozen=True, slots=True)
class NewInstruction:
    """What is recorded of a controller's instruction. `received_at` is when it came, `evidence_id` what shows it."""

    dataset: str
    controller: str
    details: Details
    received_at: datetime
    evidence_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewYes:
    """A controller's yes to one edition, by the digest of the text it was shown."""

    edition_id: UUID
    digest: str
    by: str
    way: str
    evidence_id: UUID | None = None


def record_instruction(act: Act, incident_id: UUID, new: NewInstruction) -> Instruction:
    """Record that a controller instructs us to write to its people of a data set.

    Raises Invalid for a data set or controller the facts do not name, a time to come, and a brand nobody can be
    answered under; Conflict while an earlier instruction of it for this data set has not been withdrawn.
    """
    act.require(Action.FILE, incident_id)
    lock_incident(act, incident_id)
    faults = [*_place_faults(act, incident_id, new), *_details_faults(new.details)]
    if new.received_at > act.now:
        faults.append(Fault("received_at", worded("is to come"), worded("say when the instruction came")))
    faults += _evidence_faults(act, incident_id, new.evidence_id)
    if faults:
        raise Invalid(*faults)
    if live_instruction(act.session, incident_id, new.dataset, new.controller):
        raise Conflict(worded("This controller's instruction is recorded: withdraw it before you record another."))
    identity = new_id()
    row = Instruction(
        id=identity,
        incident_id=incident_id,
        dataset=new.dataset,
        controller=new.controller,
        details_sealed=_sealed(act, incident_id, "details_sealed", identity, _tidy(new.details)),
        received_at=new.received_at,
        recorded_at=act.now,
        recorded_by=act.actor.label,
        evidence_id=new.evidence_id,
    )
    act.session.add(row)
    act.session.flush()
    text = f"{_name(act, row)} instructs us to write to its people (data set {row.dataset}), by {new.details.way}."
    _write_down(act, row, "instruction.recorded", text, at=new.received_at)
    return row


def withdraw_instruction(act: Act, instruction_id: UUID, reason: str) -> int:
    """The controller takes its instruction back: what has not gone out stays. Returns how many releases this voids."""
    row = _find(act, instruction_id)
    if faults := text_faults("reason", reason, 300, needed=True):
        raise Invalid(*faults)
    lock_incident(act, row.incident_id)
    act.session.refresh(row)
    if row.withdrawn_at is not None:
        raise Conflict(worded("This instruction was withdrawn before."))
    row.withdrawn_at = act.now
    act.session.add(row)
    act.session.flush()
    name = _name(act, row)
    going = [
        release
        for release, notice in open_releases(act.session, row.incident_id, PEOPLE, row.dataset)
        if notice.controller == row.controller
    ]
    for release in going:
        void_because(act, release, f"{name} has withdrawn its instruction: {reason.strip()}")
    voided = f" {len(going)} releases void." if going else ""
    _write_down(act, row, "instruction.withdrawn", f"{name} withdrew its instruction: {reason.strip()}.{voided}")
    return len(going)


def record_yes(act: Act, instruction_id: UUID, new: NewYes) -> Instruction:
    """Keep that the controller said yes to one edition; an earlier yes to another gives way.

    Raises Invalid for an edition of another notice, controller or data set, Conflict when its text is not the one the
    controller was shown or the instruction was withdrawn.
    """
    row = _find(act, instruction_id)
    faults = text_faults("by", new.by, 200, needed=True)
    if new.way not in PORTAL_AND_OTHERS:
        faults.append(Fault("way", worded("is no way a yes comes"), ", ".join(PORTAL_AND_OTHERS)))
    faults += _evidence_faults(act, row.incident_id, new.evidence_id)
    edition = act.session.get(Edition, new.edition_id)
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    own = (row.incident_id, row.dataset, row.controller)
    if edition is None or notice is None or (notice.incident_id, notice.dataset, notice.controller) != own:
        none = worded("is no edition of a notice in this controller's name")
        faults.append(Fault("edition", none, worded("freeze one first")))
    if faults or edition is None:
        raise Invalid(*faults)
    if row.withdrawn_at is not None:
        raise Conflict(worded("This instruction was withdrawn: a yes to a text needs a new one."))
    if edition.digest != new.digest:
        raise Conflict(worded("The text is not the one the controller was shown: show it this edition."))
    yes = Yes(new.by.strip(), new.way, str(new.evidence_id or ""))
    row.approved_edition, row.approved_digest, row.approved_at = edition.id, edition.digest, act.now
    row.approved_by_sealed = _sealed(act, row.incident_id, "approved_by_sealed", row.id, yes)
    act.session.add(row)
    act.session.flush()
    text = f"{_name(act, row)} said yes to edition {edition.number}, {edition.digest[:12]}, by {new.way} ({yes.by})."
    _write_down(act, row, "instruction.approved", text)
    return row


def require_instruction(
    act: Act, notice: Notice, edition: Edition, audience: Audience, *, approving: bool = False
) -> str:
    """Refuse to write to people of another controller without its recorded instruction, its name and, from the
    approval on, its yes to exactly this text; and to tell a customer what is not its own. Returns what is still
    missing before the approval, "" for nothing.

    A step of the verbs that ask for a release, approve it and let it go on. Raises Refused.
    """
    case, going = case_for(act.session, act.keys, notice.incident_id), Going(notice, edition, audience)
    found = _stand(act, case, going, approving=approving)
    against = found.against or values_against(act.session, act.keys, case, going)
    if against:
        raise Refused(against)
    return found.missing


def uninstructed(act: Act, case: Case, release: Release, notice: Notice) -> str:
    """Why an open release may no longer write to its people, "" when it may: for whoever changes what it rests on.

    A customer whose own figures are no longer those of its mail may not get it.
    """
    edition = act.session.get_one(Edition, release.edition_id)
    audience = act.session.get_one(Audience, release.audience_id)
    approving = release.approved_at is not None
    going = Going(notice, edition, audience)
    against = _stand(act, case, going, approving=approving).against
    return against or values_against(act.session, act.keys, case, going)


def record_ledger_taken(act: Act, release_id: UUID) -> str:
    """Write down that the ledger of a release in a controller's name leaves the product, for that controller.

    Returns its legal name. Raises NotFound for a release in our own name, which is nobody else's to have.
    """
    release = act.session.get(Release, release_id)
    edition = act.session.get(Edition, release.edition_id) if release else None
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    if notice is None or not notice.controller:
        raise NotFound(worded("There is no such release in a controller's name."))
    act.require(Action.READ_AUDIENCE, notice.incident_id)
    wanted = col(Customer.host_id) == notice.controller
    name = act.session.exec(select(Customer.legal_name).where(wanted)).first() or notice.controller
    text = f"The ledger of the release in the name of {name} was downloaded for it, without addresses."
    body = {"text": text, "release": str(release_id), "controller": notice.controller}
    record(act, incident_subject(notice.incident_id), "instruction.ledger_taken", body)
    return name


def _stand(act: Act, case: Case, going: Going, *, approving: bool) -> Stand:
    found = standing_of(act.session, case, going, act.now)
    return replace(found, against=found.against or found.missing) if approving else found


def _find(act: Act, instruction_id: UUID) -> Instruction:
    row = act.session.get(Instruction, instruction_id)
    if row is None:
        raise NotFound(worded("There is no such instruction."))
    act.require(Action.FILE, row.incident_id)
    return row


def _place_faults(act: Act, incident_id: UUID, new: NewInstruction) -> list[Fault]:
    try:
        dataset = processed_dataset(latest_facts(act.session, act.keys, incident_id).sheet, new.dataset)
    except Invalid as error:
        return list(error.faults)
    known = act.session.exec(select(Customer.id).where(col(Customer.host_id) == new.controller)).first()
    if dataset.id != new.dataset:
        return [Fault("dataset", worded("is missing"), worded("write {id}", id=dataset.id))]
    if known is None or new.controller not in (dataset.controllers or ()):
        return [
            Fault(
                "controller", worded("is no customer the facts name for this data set"), worded("name it there first")
            )
        ]
    return []


def _details_faults(details: Details) -> list[Fault]:
    brand = details.brand
    faults = [
        *text_faults("by", details.by, 200, needed=True),
        *text_faults("name", brand.name, 200, needed=True),
        *text_faults("contact_name", brand.contact_name, 200, needed=True),
        *text_faults("contact_phone", brand.contact_phone, 60),
        *text_faults("address", brand.address, 300),
    ]
    if not details.what.strip() or len(details.what) > LONGEST_WHAT:
        faults.append(
            Fault("what", worded("is empty or too long"), worded("say what was instructed, in the controller's words"))
        )
    if details.way not in WAYS:
        faults.append(Fault("way", worded("is no way an instruction comes"), ", ".join(WAYS)))
    found = usable_address("contact_email", brand.contact_email)
    if isinstance(found, Fault):
        faults.append(found)
    if brand.colour and not COLOUR.fullmatch(brand.colour):
        faults.append(Fault("colour", worded("is no colour"), worded("such as #1f5f8b, or nothing")))
    printed = {"name": brand.name, "contact_name": brand.contact_name, "address": brand.address}
    faults += [
        Fault(name, worded("holds two braces, which a text reads as a placeholder"), worded("leave them out"))
        for name, value in printed.items()
        if "{{" in value or "{%" in value
    ]
    return faults


def _evidence_faults(act: Act, incident_id: UUID, evidence_id: UUID | None) -> list[Fault]:
    if evidence_id is None:
        return []
    row = act.session.get(Evidence, evidence_id)
    kept = row is not None and row.incident_id == incident_id
    fault = Fault("evidence", worded("is no evidence of this incident"), worded("keep it first, or leave it out"))
    return [] if kept else [fault]


def _tidy(details: Details) -> Details:
    brand = details.brand
    tidy = Brand(
        name=brand.name.strip(),
        contact_name=brand.contact_name.strip(),
        contact_email=str(usable_address("contact_email", brand.contact_email)),
        contact_phone=brand.contact_phone.strip(),
        address=brand.address.strip(),
        colour=brand.colour.lower(),
    )
    return Details(details.what.strip(), details.by.strip(), details.way, tidy)


def _sealed(act: Act, incident_id: UUID, column: str, identity: UUID, said: Details | Yes) -> bytes:
    return act.seal(details_document(said), sealed_place(incident_id, column, identity))


def _name(act: Act, row: Instruction) -> str:
    wanted = col(Customer.host_id) == row.controller
    return act.session.exec(select(Customer.legal_name).where(wanted)).first() or row.controller


def _write_down(act: Act, row: Instruction, action: str, text: str, at: datetime | None = None) -> None:
    body = {"text": text, "instruction": str(row.id), "controller": row.controller, "dataset": row.dataset}
    record(act, incident_subject(row.incident_id), action, body, at=at)
