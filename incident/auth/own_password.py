"""Changing one's own password: the old one is verified and the new one hashed outside of any transaction."""

import hashlib
from datetime import timedelta

from incident.auth.edge import Edge
from incident.auth.passwords import hash_password, verify_password
from incident.auth.sessions import SignedIn, TooSoon, network_of
from incident.errors import Fault, Invalid
from incident.models.people import UserAccount
from incident.verbs.own_password import change_own_password, count_change
from incident.verbs.signing_in import Attempt
from notifications.addresses import domain_of
from notifications.wording import worded


def change_password_of(edge: Edge, person: SignedIn, old: str, new: str, address: str) -> None:
    """Change the password of whoever is signed in; `address` is where the request came from.

    Raises TooSoon, HashingBusy, Invalid for an old one that is wrong and a new one that breaks the rule, and Conflict
    when the account changed in the meantime.
    """
    attempt = Attempt(hashlib.sha256(person.email.encode()).hexdigest(), network_of(address))
    wait = edge.write(person.actor, lambda act: count_change(act, attempt))
    if wait > 0:
        raise TooSoon(timedelta(seconds=wait))
    with edge.read() as session:
        account = session.get(UserAccount, person.actor.id)
        verified = account.password if account else None
    if not verify_password(old, verified) or verified is None:
        raise Invalid(Fault("old", worded("is not your password"), worded("the one you signed in with")))
    if old == new:
        raise Invalid(Fault("password", worded("is the old one"), worded("take another")))
    hashed, domain = hash_password(new), domain_of(edge.settings.mail_from)
    edge.write(person.actor, lambda act: change_own_password(act, verified, hashed, attempt, person.digest, domain))
