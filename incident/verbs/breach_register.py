"""That the breach register left the product: who took it, in which form, how much of it."""

from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record


def record_export(act: Act, form: str, entries: int, chosen: str = "") -> EntryHeader:
    """Write down an export on the chain of administration: it is of many incidents, and of some whose name is secret.

    `form` is CSV or JSON, `chosen` what it was narrowed down to. Raises Forbidden.
    """
    act.require(Action.READ)
    counted = f"{entries} {'entry' if entries == 1 else 'entries'}"
    text = f"The breach register was exported as {form}: {counted}{f', {chosen}' if chosen else ''}."
    return record(act, ADMINISTRATION, "register.exported", {"text": text, "form": form, "entries": entries})
