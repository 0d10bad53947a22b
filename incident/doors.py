"""The doors for what comes back, as the settings have them: the LMTP listener and the look into a mailbox."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from incident.channel_rules import ChannelRules
from incident.finder_rules import FinderRules, Greeting
from incident.incoming_mail import IncomingRules
from incident.installation import Installation, NotReady
from incident.mail_settings import listed
from incident.reply_rules import USUAL_REPLIES, ReplyRules
from incident.report_rules import MOST_FILES, TOGETHER, ReportRules
from incident.roles import system
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.finder_letters import MailReception
from incident.verbs.finder_reports import ReportDesk
from incident.verbs.reading import Reception
from incident.verbs.received_mail import DOOR, receive_mail
from notifications.addresses import domain_of
from notifications.attachments import Limits
from notifications.lmtp import listening
from notifications.mailbox import Access, Mailbox, MailboxTrouble
from notifications.name_records import nobody_asked, txt_lookup
from notifications.oauth import Grant, NoToken, Tokens
from notifications.received import Incoming
from notifications.replies import ReplyClass
from notifications.store import OutcomeUnknown, StoreUnavailable
from notifications.template_files import BadFile, TemplateFiles, files_of

log = logging.getLogger(__name__)
Arrived = Callable[[], None]
MIB = 1024 * 1024


def incoming_rules_of(settings: Settings) -> IncomingRules:
    """What a round of incoming mail goes by."""
    channels = {kind: tuple(found) for kind, found in settings.next_channels.items()}
    rules = ChannelRules(channels, settings.unreached_number, settings.unreached_share)
    ours = frozenset({domain_of(settings.mail_from)})
    hours = {ReplyClass.QUESTION: settings.question_hours, ReplyClass.COMPLAINT: settings.complaint_hours}
    replies = ReplyRules(ours, {**USUAL_REPLIES.hours, **hours})
    return IncomingRules(ours, rules, timedelta(days=settings.mail_days), replies)


def mail_reception_of(settings: Settings, reception: Reception) -> MailReception | None:
    """How reports and notes by mail are taken; None where no address for them is set."""
    if not settings.security_addresses and not settings.incident_address:
        return None
    look_up = txt_lookup(settings.dkim_seconds) if settings.dkim_seconds else nobody_asked
    return MailReception(finder_rules_of(settings), reception, look_up)


def report_desk_of(settings: Settings, reception: Reception) -> ReportDesk:
    """How reports by form are taken."""
    rules = ReportRules(
        anonymous=settings.report_anonymous,
        an_hour=settings.report_forms_an_hour,
        an_address=settings.report_forms_an_address,
        limits=Limits(MOST_FILES, settings.attachment_mib * MIB, TOGETHER),
    )
    return ReportDesk(rules, MailReception(finder_rules_of(settings), reception))


def finder_rules_of(settings: Settings) -> FinderRules:
    """What every report goes by, whichever way it comes."""
    return FinderRules(
        security=frozenset(listed(settings.security_addresses)),
        incident_address=settings.incident_address,
        own_domains=frozenset({domain_of(settings.mail_from)}),
        own_addresses=frozenset({settings.mail_from.lower(), settings.incident_address} - {""}),
        mailbox=settings.imap_user if "@" in settings.imap_user else "",
        hops=settings.received_hops,
        an_hour=settings.reports_an_hour,
        limits=Limits(each=settings.attachment_mib * MIB),
        notes_need_dkim=settings.note_needs_dkim,
        organisation=settings.organisation,
        greetings=_greetings(settings.template_folders) if settings.report_answers else {},
    )


def taken_addresses(settings: Settings) -> tuple[str, ...]:
    """Every address the LMTP door takes mail for."""
    named = (settings.incoming_addresses, settings.security_addresses, settings.incident_address)
    return tuple(address for setting in named for address in listed(setting))


@cache
def _files(folders: tuple[Path, ...]) -> TemplateFiles:
    return files_of(folders)


def _greetings(folders: tuple[Path, ...]) -> dict[str, Greeting]:
    """The automatic answers by locale. One that cannot be read is said in the log, and keeps no report from opening."""
    found, files = {}, _files(folders)
    for path in files.beneath("finders", ".toml"):
        try:
            said = files.document(path)
            found[Path(path).stem] = Greeting(str(said["subject"]), str(said["text"]).strip() + "\n")
        except (BadFile, KeyError) as error:
            log.warning("mail intake: the answer of %s is not used: %s", path, error)
    return found


def check_doors(settings: Settings) -> None:
    """Raise NotReady for doors that could not be opened as they are set."""
    if settings.lmtp_port and not taken_addresses(settings):
        raise NotReady("SEVENTYTWO_LMTP_PORT needs SEVENTYTWO_INCOMING_ADDRESSES: for whom mail is taken")
    if not settings.imap_host:
        return
    token = (settings.imap_token_url, settings.imap_client_id, settings.imap_refresh_token)
    if not settings.imap_user or not (settings.imap_password or all(token)):
        raise NotReady(
            "SEVENTYTWO_IMAP_HOST needs SEVENTYTWO_IMAP_USER, and SEVENTYTWO_IMAP_PASSWORD or "
            "SEVENTYTWO_IMAP_TOKEN_URL, SEVENTYTWO_IMAP_CLIENT_ID and SEVENTYTWO_IMAP_REFRESH_TOKEN"
        )


@asynccontextmanager
async def lmtp_door(installation: Installation, arrived: Arrived) -> AsyncIterator[int | None]:
    """The LMTP listener while the block runs; gives its port, None where none is set. `arrived`: a mail was kept."""
    settings = installation.settings
    if not settings.lmtp_port:
        yield None
        return
    addresses = taken_addresses(settings)
    async with listening(settings.lmtp_host, settings.lmtp_port, addresses, keeper(installation, arrived)) as port:
        log.info("worker: takes mail for %s at %s:%d", ", ".join(addresses), settings.lmtp_host, port)
        yield port


def keeper(installation: Installation, arrived: Arrived) -> Callable[[Incoming], None]:
    """Keeps one mail, committed when it returns. Raises StoreUnavailable."""

    def keep(mail: Incoming) -> None:
        now = installation.clock.now()
        installation.store.write(lambda session: receive_mail(Act(session, installation.keys, system(DOOR), now), mail))
        arrived()

    return keep


def mailbox_of(installation: Installation, arrived: Arrived) -> Mailbox | None:
    """The mailbox to look into; None where none is set."""
    settings = installation.settings
    if not settings.imap_host:
        return None
    plain = {
        name: value.get_secret_value() if value else ""
        for name, value in (
            ("password", settings.imap_password),
            ("refresh", settings.imap_refresh_token),
            ("secret", settings.imap_client_secret),
        )
    }
    access = Access(
        settings.imap_host,
        settings.imap_user,
        settings.imap_port,
        plain["password"],
        settings.imap_folder,
        settings.imap_done_folder,
    )
    grant = Grant(
        settings.imap_token_url, settings.imap_client_id, plain["refresh"], plain["secret"], settings.imap_scope
    )
    tokens = Tokens(grant, installation.clock)
    return Mailbox(access, keeper(installation, arrived), tokens.access_token)


def look_into(mailbox: Mailbox) -> None:
    """Keep what is new in it; what cannot be done now is said and done the next time."""
    try:
        mailbox.look()
    except (MailboxTrouble, NoToken) as error:
        log.warning("mailbox: %s", error)
    except (StoreUnavailable, OutcomeUnknown) as error:
        log.error("mailbox: a mail could not be kept: %s", error)
