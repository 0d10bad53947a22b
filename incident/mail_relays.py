"""The relays of an installation as its settings name them: for the sender, and for whoever tries them."""

from incident.installation import NotReady
from incident.settings import Settings
from notifications.addresses import domain_of
from notifications.smtp import Relay


def relays_of(settings: Settings) -> tuple[Relay, ...]:
    """The relay mail goes to, and the one that takes its place. Raises NotReady for settings that
    would show mail to the network.
    """
    first = (settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user)
    second = (
        settings.smtp_backup_host,
        settings.smtp_backup_port,
        settings.smtp_backup_security,
        settings.smtp_backup_user,
    )
    passwords = (settings.smtp_password, settings.smtp_backup_password)
    try:
        return tuple(
            Relay(
                *where,
                password=password.get_secret_value() if password else "",
                greets_as=domain_of(settings.mail_from),
                messages=settings.smtp_messages,
                chunking=settings.smtp_chunking,
            )
            for where, password in zip((first, second), passwords, strict=True)
            if where[0]
        )
    except ValueError as error:
        raise NotReady(str(error)) from error
