"""What the settings say of the organisation: as the law, a notice, and the reading of alerts want it."""

import logging
from datetime import timedelta

from incident.approval_rules import ApprovalRules
from incident.drafting import Profile
from incident.law.circumstances import Organisation
from incident.notice_kinds import LOCALES
from incident.retention_rules import RetentionRules
from incident.runbooks import check, usable
from incident.sending_rules import SendingRules
from incident.settings import Settings
from incident.verbs.reading import Reception
from notifications.addresses import domain_of
from notifications.ramp import Pace
from notifications.sending_hours import read_hours

log = logging.getLogger(__name__)
PROCESSOR_DUTY = "eu-gdpr-33-2-processor"


def organisation_of(settings: Settings) -> Organisation:
    """Who we are to the law: entity, establishment, zone, the published promise, own targets."""
    return Organisation(
        entity=settings.entity,
        establishment=settings.establishment,
        zone=settings.zone,
        promise_hours=settings.promise_hours or None,
        targets={PROCESSOR_DUTY: settings.processor_target_hours, **settings.target_hours},
        target_hours=settings.undue_delay_hours or None,
        sectors=settings.regulated_as,
    )


def approval_rules_of(settings: Settings) -> ApprovalRules:
    """Whose approval a release needs, within what time, and how it is given."""
    return ApprovalRules(
        roles={kind: tuple(roles) for kind, roles in settings.approvals.items()},
        hours=settings.approval_hours,
        single_control=timedelta(minutes=settings.single_control_minutes) if settings.single_control_minutes else None,
        passkey_only=settings.approval_way == "passkey",
    )


def retention_rules_of(settings: Settings) -> RetentionRules:
    """How long what names people is kept."""
    return RetentionRules(
        bounce_days=settings.bounce_days,
        audience_days=settings.audience_keep_days,
        file_days=settings.proof_keep_days,
        while_open=settings.keep_while_open,
    )


def sending_rules_of(settings: Settings) -> SendingRules:
    """How large releases are opened step by step, and which hours notices keep."""
    pace = Pace(
        begins_at=settings.canary_from,
        canary=settings.canary_size,
        factor=settings.ramp_factor,
        minutes=settings.ramp_minutes,
        percent=settings.ramp_trouble_percent,
    )
    return SendingRules(pace, read_hours(settings.sending_hours))


def profile_of(settings: Settings) -> Profile:
    """Who writes a notice: names, contact and address as they are printed."""
    return Profile(
        organisation=settings.organisation,
        entity=settings.entity_name or settings.organisation,
        contact_name=settings.contact_name,
        contact_email=settings.contact_email,
        contact_phone=settings.contact_phone,
        address=settings.postal_address,
        zone=settings.zone,
        colour=settings.brand_colour,
        logo=settings.logo,
        contact_hours=settings.contact_hours,
        written_in=settings.notice_locales[0],
        in_language={locale: settings.contact_in(locale) for locale in LOCALES},
    )


def reception_of(settings: Settings) -> Reception:
    """What opening an incident from an alert needs; of the runbooks those that hold: no fault in one loses an alert.

    What is wrong with the others is logged: file, key and mend.
    """
    for checked in check(settings.runbook_folders):
        for fault in checked.faults:
            log.warning("runbooks: %s is not used. %s", checked.path, fault)
    runbooks = usable(settings.runbook_folders)
    return Reception(organisation_of(settings), runbooks, domain_of(settings.mail_from), settings.base_url)


def declarations_good_for(settings: Settings) -> timedelta | None:
    """How long what is declared of an asset is not outdated; None: for ever."""
    return timedelta(days=settings.asset_declaration_days) if settings.asset_declaration_days else None
