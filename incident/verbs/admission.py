"""Who may send to a source at all: said by an administrator, on the record."""

from collections.abc import Sequence

from incident.adapters.admission import BadAdmission, new_admission
from incident.errors import Fault, Invalid
from incident.models.entries import ADMINISTRATION
from incident.models.intake import Source
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.sources import source_named
from notifications.wording import worded

MENDS = {
    "networks": worded("such as 192.0.2.0/24 or 2001:db8::/32"),
    "certificate": worded("as the proxy writes it into the header"),
}


def set_admission(act: Act, slug: str, networks: Sequence[str], certificate: str = "") -> Source:
    """Let nobody send to a source but from these networks, and with this client certificate; none: everybody may.

    The certificate is what the proxy writes into the header of the setting, such as its fingerprint or its subject.
    Who is not let in is answered as if there were no such source. Raises Invalid, naming the field and the mend, and
    NotFound.
    """
    act.require(Action.ADMINISTER)
    try:
        admission = new_admission(networks, certificate)
    except BadAdmission as error:
        raise Invalid(Fault(error.field, error.args[0], MENDS[error.field.partition(".")[0]])) from error
    source = source_named(act, slug)
    source.admission = admission.document()
    act.session.add(source)
    text = (
        f"Source {slug} takes deliveries {admission} alone."
        if str(admission)
        else f"Source {slug} takes deliveries from all."
    )
    record(act, ADMINISTRATION, "source.admission", {"text": text, "about": str(source.id)})
    return source
