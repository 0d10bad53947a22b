"""The test of one monitor: its sample sent from the page, and what came of it step by step."""

from collections.abc import Iterable

from fastapi import APIRouter, Response

from incident.adapters.authenticity import Scheme
from incident.adapters.rule_trials import Course
from incident.verbs.test_deliveries import ReadAlert, SentTest, send_test
from incident.web import words
from incident.web.frame import Seated
from incident.web.source_rules import PAGE, Entered, Keeper, Slug, page
from incident.web.sources import PROOFS
from incident.web.views.sources import SentAlert, SentStep, SentTestView
from notifications.wording import worded, worded_list, worded_number

router = APIRouter(include_in_schema=False)


@router.post(f"{PAGE}/tests")
def send_one(desk: Seated, by: Keeper, slug: Slug) -> Response:
    """Send the sample of its monitor as a test and show what came of each step."""
    reception = desk.request.app.state.reception
    sent = desk.edge.write(by, lambda act: send_test(act, slug, reception))
    return page(desk, by, slug, Entered(sent=sent_view(sent)))


def sent_view(sent: SentTest) -> SentTestView:
    """What the page shows of a test."""
    steps = [_address(sent)]
    if sent.taken:
        steps.append(_proof(sent))
    if not sent.taken or sent.refused:
        return SentTestView(tuple(steps))
    counted = SentStep(worded("Counted"), worded("As a test. It opened nothing and paged nobody."))
    return SentTestView((*steps, _reading(sent)), tuple(map(_alert, sent.alerts)), counted)


def _address(sent: SentTest) -> SentStep:
    title = worded("Address")
    if sent.taken:
        return SentStep(title, worded("It takes deliveries (202). Who may send was not tried: it came from here."))
    if sent.scheme is Scheme.NONE:
        return SentStep(title, worded("Nothing is posted to this source, and nothing was sent."), "late")
    return SentStep(title, worded("This monitor is off: what is posted is answered 404. Nothing was sent."), "late")


def _proof(sent: SentTest) -> SentStep:
    title = worded("Proof")
    proof = PROOFS[sent.scheme]
    if not sent.proven:
        text = worded("Not tried: {proof} cannot be made here. All else was.", proof=proof)
        return SentStep(title, text, "soon")
    if sent.refused:
        text = worded("Refused (401): what its secret signs is {reason}. Rotate it.", reason=sent.proven[-1] or "")
        return SentStep(title, text, "late")
    if len(sent.proven) == 1:
        return SentStep(title, worded("Proven by {scheme} with its secret.", scheme=proof))
    older, newer = sent.proven
    if older is None and newer is None:
        return SentStep(title, worded("Proven by {scheme} with the newer secret; so is the older.", scheme=proof))
    if newer is None:
        text = worded("Proven by {scheme} with the newer secret; the older proves nothing.", scheme=proof)
    else:
        text = worded("Proven by {scheme} with the older secret; the newer proves nothing.", scheme=proof)
    return SentStep(title, text, "soon")


def _reading(sent: SentTest) -> SentStep:
    title = worded("Reading")
    if sent.trouble:
        text = worded("It cannot be read, and would wait in quarantine: {trouble}", trouble=sent.trouble)
        return SentStep(title, text, "late")
    number = len(sent.alerts)
    return SentStep(title, worded_number("{number} alert was read.", "{number} alerts were read.", number))


def _alert(read: ReadAlert) -> SentAlert:
    signal, fate = read.signal, read.fate
    severity = signal.severity.value if signal.severity else ""
    rule = worded("by “{rule}”", rule=fate.rule) if fate.rule else worded("by no rule")
    return SentAlert(
        title=signal.title,
        severity=severity,
        key=signal.key,
        state=signal.state.value,
        rule=rule,
        would=COURSES[fate.course],
        opens=_opens(read) if fate.course is Course.OPENS else "",
        joins=read.joins,
        pages=worded_list(read.pages) if read.pages else "",
    )


COURSES = {
    Course.OPENS: worded("It would open an incident"),
    Course.JOINS: worded("It would join an incident that is open"),
    Course.RECORDED: worded("It would be recorded only"),
    Course.IGNORED: worded("It would be ignored"),
}


def _opens(read: ReadAlert) -> str:
    more: Iterable[str] = (words.kind_of(read.fate.kind), words.SEVERITIES[read.fate.severity])
    restricted = (worded("restricted"),) if read.fate.restricted else ()
    return worded_list((*more, *restricted), " · ")
