"""Passkeys as W3C Web Authentication level 2 has them: what a browser is asked for, and what its answer proves."""

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

import idna
from pydantic import BaseModel, ConfigDict, Field
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_client_data_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from incident.auth.sessions import SignedIn
from incident.errors import Forbidden, Refused
from incident.models.releasing import Passkey
from incident.settings import Settings
from incident.verbs.passkeys import Enrolment, NewPasskey
from incident.verbs.signatures import WAITS, Signed, Signing
from notifications.wording import worded

FRESH = timedelta(minutes=10)
PORTS = {"https": 443, "http": 80}
HIGHEST_COUNT = 2**32 - 1
MILLISECONDS = int(WAITS.total_seconds() * 1000)

Base64Url = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=1400)]
Base64UrlData = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=40_000)]


class NoPasskeysHere(Refused):
    """The console's address is not one passkeys can be bound to."""


class Unproven(Forbidden):
    """The answer does not prove what it should: another site, no verified user, a wrong signature, or no answer."""

    def __init__(self) -> None:
        super().__init__(
            worded("The passkey's answer does not prove what was asked for. Nothing was done: begin again.")
        )


class Answer(BaseModel):
    """What a browser sends of a credential; bytes as base64url without padding."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    id: Base64Url
    client_data: Base64UrlData


class Attested(Answer):
    """The answer to `navigator.credentials.create`."""

    attestation: Base64UrlData


class Asserted(Answer):
    """The answer to `navigator.credentials.get`. `user_handle` is sent by passkeys that keep it."""

    authenticator_data: Base64UrlData
    signature: Base64UrlData
    user_handle: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=100)] = ""


@dataclass(frozen=True, slots=True)
class Party:
    """This console as passkeys know it: the relying party id they are bound to, and the origin of its pages."""

    id: str
    origin: str
    name: str


def party_of(settings: Settings) -> Party:
    """The relying party of an installation. Raises NoPasskeysHere unless it has a host name over https.

    A relying party id is a domain, never an address, and browsers offer passkeys to secure pages alone; they take
    http://localhost as secure.
    """
    parts = urlsplit(settings.base_url)
    host = parts.hostname or ""
    is_local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_address(host) or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise NoPasskeysHere(
            worded(
                "Passkeys need this console at a host name over https, or at http://localhost, and "
                "SEVENTYTWO_PUBLIC_URL to say so. It says {address}.",
                address=f"{parts.scheme}://{parts.netloc}",
            )
        )
    name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return Party(name, f"{parts.scheme}://{name}{port}", settings.organisation)


def is_fresh(person: SignedIn, now: datetime) -> bool:
    """Whether the person gave their password lately enough to add a passkey, which outlives the session."""
    return now < person.since + FRESH


def require_fresh(person: SignedIn, now: datetime) -> None:
    """Refuse to add a passkey in a session that somebody may have left open. Raises Refused."""
    if not is_fresh(person, now):
        minutes = int(FRESH.total_seconds() // 60)
        raise Refused(
            worded(
                "You signed in more than {minutes} minutes ago: sign in again, then add the passkey.", minutes=minutes
            )
        )


def enrolment_options(party: Party, wanted: Enrolment) -> dict[str, Any]:
    """The argument of `navigator.credentials.create`, in JSON."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=wanted.user_id.bytes,
        user_name=wanted.email,
        user_display_name=wanted.person,
        challenge=wanted.challenge,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(wanted.existing),
    )
    return options_to_json_dict(options)


def approval_options(party: Party, wanted: Signing) -> dict[str, Any]:
    """The argument of `navigator.credentials.get`, in JSON."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=wanted.challenge,
        timeout=MILLISECONDS,
        allow_credentials=_described(wanted.credentials),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def challenge_of(answer: Answer) -> bytes:
    """The challenge an answer says it answers; nothing is proven by it. b"": it says none."""
    with contextlib.suppress(Exception):  # a stranger's bytes in a library's parsers: whatever breaks says none
        return parse_client_data_json(base64url_to_bytes(answer.client_data)).challenge
    return b""


def verify_enrolment(party: Party, name: str, answer: Attested, challenge: bytes) -> NewPasskey:
    """The passkey that was made in answer to a challenge of ours (§7.1). Raises Unproven.

    Attestation is not asked for: which make an authenticator is decides nothing here.
    """
    try:
        found = verify_registration_response(
            credential=RegistrationCredential(
                id=answer.id,
                raw_id=base64url_to_bytes(answer.id),
                response=AuthenticatorAttestationResponse(
                    client_data_json=base64url_to_bytes(answer.client_data),
                    attestation_object=base64url_to_bytes(answer.attestation),
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(found.credential_public_key))
        is_named = base64url_to_bytes(answer.id) == found.credential_id
    except Exception as error:  # a stranger's bytes in a library's parsers: whatever breaks proves nothing
        raise Unproven from error
    if not is_named or found.sign_count > HIGHEST_COUNT:
        raise Unproven
    return NewPasskey(name, answer.id, found.credential_public_key, found.sign_count, challenge)


def verify_approval(party: Party, answer: Asserted, challenge: bytes, passkey: Passkey) -> Signed:
    """The signature of a passkey over a challenge of ours (§7.2). Raises Unproven.

    The library is told of no counter, because it would refuse one that went back before it looks at the signature;
    only then does the counter say something. Callers ask `is_copied`.
    """
    try:
        found = verify_authentication_response(
            credential=AuthenticationCredential(
                id=answer.id,
                raw_id=base64url_to_bytes(answer.id),
                response=AuthenticatorAssertionResponse(
                    client_data_json=base64url_to_bytes(answer.client_data),
                    authenticator_data=base64url_to_bytes(answer.authenticator_data),
                    signature=base64url_to_bytes(answer.signature),
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        is_owner = answer.user_handle == "" or base64url_to_bytes(answer.user_handle) == passkey.user_id.bytes
    except Exception as error:  # a stranger's bytes in a library's parsers: whatever breaks proves nothing
        raise Unproven from error
    if not is_owner or answer.id != passkey.credential_id or found.new_sign_count > HIGHEST_COUNT:
        raise Unproven
    return Signed(passkey.id, challenge, passkey.sign_count, found.new_sign_count)


def _described(credentials: tuple[str, ...]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in credentials]


def _is_address(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(ip_address(host))
    return False
