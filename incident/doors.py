"""The doors for what comes back, as the settings have them: the LMTP listener and the look into a mailbox."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from incident.channel_rules import ChannelRules
from incident.incoming_mail import IncomingRules
from incident.installation import Installation, NotReady
from incident.mail_settings import listed
from incident.roles import system
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.received_mail import DOOR, receive_mail
from notifications.addresses import domain_of
from notifications.lmtp import listening
from notifications.mailbox import Access, Mailbox, MailboxTrouble
from notifications.oauth import Grant, NoToken, Tokens
from notifications.received import Incoming
from notifications.store import OutcomeUnknown, StoreUnavailable

log = logging.getLogger(__name__)
Arrived = Callable[[], None]


def incoming_rules_of(settings: Settings) -> IncomingRules:
    """What a round of incoming mail goes by."""
    channels = {kind: tuple(found) for kind, found in settings.next_channels.items()}
    rules = ChannelRules(channels, settings.unreached_number, settings.unreached_share)
    return IncomingRules(frozenset({domain_of(settings.mail_from)}), rules, timedelta(days=settings.mail_days))


def check_doors(settings: Settings) -> None:
    """Raise NotReady for doors that could not be opened as they are set."""
    if settings.lmtp_port and not settings.incoming_addresses:
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
    addresses = listed(settings.incoming_addresses)
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
