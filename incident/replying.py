"""Answers from end to end, for pages and programs alike: checked outside the transaction, sent as the settings say."""

from collections.abc import Sequence
from uuid import UUID

from incident.answer_texts import AnswerText
from incident.auth.edge import Edge
from incident.doors import incoming_rules_of
from incident.errors import NotFound
from incident.models.replies import AnswerVersion, ReplyAnswer
from incident.notice_kinds import LOCALES
from incident.organisation import profile_of
from incident.queries.answers import AnswerChecker, read_bank_answer
from incident.queries.replies import find_given, find_reply
from incident.reply_rules import ReplyRules
from incident.roles import Action, Actor
from incident.verbs.answers import approve_answer
from incident.verbs.reply_acts import open_way
from incident.verbs.reply_answers import Sending, approve_free_answer, send_answer, write_free_answer
from incident.verbs.support import Question, SupportAnswer, ask_support
from incident.writing import templates_of
from notifications.addresses import domain_of
from notifications.findings import Finding
from notifications.wording import worded


def reply_rules_of(edge: Edge) -> ReplyRules:
    """By when answers are dealt with."""
    return incoming_rules_of(edge.settings).replies


def sending_of(edge: Edge, again: str = "") -> Sending:
    """Who answers, and under which domain."""
    settings = edge.settings
    domain = domain_of(settings.mail_from)
    return Sending(profile_of(settings), domain, reply_rules_of(edge), settings.template_folders, again)


def check_text(edge: Edge, incident_id: UUID | None, text: AnswerText) -> Sequence[Finding]:
    """What the checks find in an answer, errors first. For callers whose verb asks for permission."""
    settings = edge.settings
    checker = AnswerChecker(templates_of(settings), profile_of(settings), edge.clock.now(), settings.own_hosts)
    with edge.read() as session:
        return checker.check(session, edge.keys, incident_id, text)


def approve(edge: Edge, by: Actor, version_id: UUID, digest: str, reason: str = "") -> AnswerVersion:
    """Approve a version of the bank as it was seen. Raises as the verb does, and NotFound."""
    with edge.read() as session:
        version = session.get(AnswerVersion, version_id)
        if version is None:
            raise NotFound(worded("There is no such version of an answer."))
        found = read_bank_answer(session, edge.keys, by, version.answer_id)
    text = next(one.text for one in found.versions if one.row.id == version_id)
    findings = check_text(edge, found.row.incident_id, text)
    return edge.write(by, lambda act: approve_answer(act, version_id, digest, findings, reason))


def send(edge: Edge, by: Actor, reply_id: UUID, version_id: UUID, locale: str, again: str = "") -> ReplyAnswer:
    """Answer a reply by an approved version."""
    sending = sending_of(edge, again)
    return edge.write(by, lambda act: send_answer(act, reply_id, version_id, locale, sending))


def write_free(edge: Edge, by: Actor, reply_id: UUID, text: str, locale: str, again: str = "") -> ReplyAnswer:
    """Write an answer in free words; a second person sends it."""
    with edge.read() as session:
        row = find_reply(session, by, reply_id, Action.ANSWER)
        incident_id = row.incident_id
    findings = check_text(edge, incident_id, AnswerText("", {locale: text})) if _known(locale) else ()
    sending = sending_of(edge, again)
    return edge.write(by, lambda act: write_free_answer(act, reply_id, text, locale, findings, sending))


def approve_free(edge: Edge, by: Actor, given_id: UUID, digest: str) -> ReplyAnswer:
    """Send a free answer somebody else wrote, checked on the facts as they are now."""
    with edge.read() as session:
        row, given = find_given(session, edge.keys, by, given_id)
        incident_id, text = row.incident_id, AnswerText("", {given.row.locale: given.text})
    findings, sending = check_text(edge, incident_id, text), sending_of(edge)
    return edge.write(by, lambda act: approve_free_answer(act, given_id, digest, findings, sending))


def open_next(edge: Edge, by: Actor, reply_id: UUID) -> int:
    """Open the next channels for somebody whose address is no longer used."""
    rules = incoming_rules_of(edge.settings)
    return edge.write(by, lambda act: open_way(act, reply_id, rules.channels, rules.replies))


def ask(edge: Edge, by: Actor, question: Question) -> SupportAnswer:
    """Answer support."""
    profile, most = profile_of(edge.settings), edge.settings.support_lookups
    return edge.write(by, lambda act: ask_support(act, question, profile, most))


def _known(locale: str) -> bool:
    return locale in LOCALES
