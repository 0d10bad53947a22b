"""One delivery looked at without keeping it: what proves it, what is read in it, what it would be answered; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from incident.adapters.answers import Answer, Asked, Confirmation, Reply
from incident.adapters.authenticity import Presented, Reason, Refused, Scheme, UnusableSecret, prove
from incident.adapters.registry import Adapter
from incident.adapters.signals import Hint, Signal, Unreadable

Document: TypeAlias = dict[str, object]
NEARER = (Reason.MISSING, Reason.MALFORMED, Reason.WRONG, Reason.STALE)


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come of a delivery. `scheme` proved it; None: nothing was asked for, or `refused` says why not.

    One of `signals`, `answer` and `trouble` is there: alerts (perhaps none), a handshake or ping, or why it would wait
    in quarantine.
    """

    intake_key: str | None
    scheme: str | None = None
    refused: Reason | None = None
    signals: tuple[Signal, ...] | None = None
    answer: Answer | None = None
    trouble: str = ""

    @property
    def outcome(self) -> str:
        """refused, answer, quarantine or signals."""
        if self.refused is not None:
            return "refused"
        if self.answer is not None:
            return "answer"
        return "quarantine" if self.signals is None else "signals"

    def documents(self) -> list[Document]:
        """Each signal as JSON has it, with the delivery's key and proof."""
        delivery: Document = {"intake_key": self.intake_key, "authentic": self.scheme}
        return [signal_document(signal) | delivery for signal in self.signals or ()]


def attempt(
    adapter: Adapter, asked: Asked, secrets: Sequence[str], now: datetime, fetched: bytes | None = None
) -> Trial:
    """Look at a delivery as the adapter does. Without `secrets` nothing is proven and all is read.

    `fetched` is the certificate or the set of keys, where a scheme needs one.
    """
    answer = adapter.answer_to(asked)
    if isinstance(answer, Reply) and answer.unproven:
        return Trial(None, answer=answer)
    key = None if isinstance(answer, Reply) else adapter.intake_key(asked.headers, asked.body)
    proof = _proof(adapter, Presented(asked.headers, asked.body, adapter.token_header, fetched), secrets, now)
    if isinstance(proof, Refused):
        return Trial(key, refused=proof.reason)
    if answer is not None:
        return Trial(key, proof, answer=answer)
    try:
        return Trial(key, proof, signals=adapter.read(asked.headers, asked.body))
    except Unreadable as error:
        return Trial(key, proof, trouble=str(error))


def _proof(adapter: Adapter, presented: Presented, secrets: Sequence[str], now: datetime) -> str | Refused | None:
    """The scheme that proves it, the preferred one first, or the reason that came nearest; None: nothing was asked."""
    if not secrets:
        return Scheme.NONE.value if Scheme.NONE in adapter.schemes else None
    refused: list[Refused] = []
    for scheme in adapter.schemes:
        try:
            found = prove(scheme, secrets, presented, now)
        except UnusableSecret:
            found = Refused(Reason.MALFORMED)
        if not isinstance(found, Refused):
            return scheme.value
        refused.append(found)
    return max(refused, key=lambda one: NEARER.index(one.reason))


def signal_document(signal: Signal) -> Document:
    """The fields a signal is compared by, as JSON has them."""
    asset, began = signal.asset, signal.started_at
    return {
        "title": signal.title,
        "severity": signal.severity.value if signal.severity else None,
        "source": signal.source,
        "key": signal.key,
        "state": signal.state.value,
        "started_at": _moment(began) if began else None,
        "asset": {"kind": asset.kind.value, "name": asset.name, "region": asset.region} if asset else None,
        "hints": [_hint(hint) for hint in signal.hints],
    }


def _moment(at: datetime) -> str:
    """In UTC, with as many digits of the second as it has."""
    text = at.astimezone(UTC).isoformat().removesuffix("+00:00")
    return (text.rstrip("0") if "." in text else text) + "Z"


def _hint(hint: Hint) -> Document:
    value = list(hint.value) if isinstance(hint.value, tuple) else hint.value
    return {"fact": hint.fact, "value": value, "why": hint.why}


def answer_document(answer: Answer) -> Document:
    """What the sender hears, and what is then to be done."""
    if isinstance(answer, Reply):
        said: Document = {"status": answer.status}
        said |= {"content_type": answer.content_type} if answer.content_type else {}
        said |= {"headers": dict(answer.headers)} if answer.headers else {}
        return said | {"body": answer.body}
    then = f"confirm: {answer.address}" if isinstance(answer, Confirmation) else "nothing: noted as heard from"
    return {"status": 202, "then": then}
