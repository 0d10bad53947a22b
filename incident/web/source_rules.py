"""The page of one monitor: what became of its alerts, and its rules, tried on stored alerts before they are saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Response
from pydantic import Field

from incident.adapters.rule_documents import BadRules, rules_from_toml, rules_to_toml
from incident.adapters.rule_trials import Course, TrialLine
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.queries.source_page import read_source
from incident.roles import ROLE_WORDS, Action, Actor
from incident.verbs.admission import set_admission
from incident.verbs.silence import LONGEST, watch_source
from incident.verbs.source_trials import RulesTrial, try_rules
from incident.verbs.sources import set_rules
from incident.web import words
from incident.web.forms import Sent, Text
from incident.web.frame import Desk, Seated, see
from incident.web.sources import command_for, monitor_row
from incident.web.views import Problem
from incident.web.views.sources import CourseCount, FateLine, RulesTrialView, SentTestView, SourceView
from notifications.wording import worded, worded_list

router = APIRouter(include_in_schema=False)
PAGE = "/sources/{slug}"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
Slug = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]
SHOWN = 200  # lines of a trial
COURSES = {
    Course.OPENS: worded("Open an incident"),
    Course.JOINS: worded("Join one"),
    Course.RECORDED: worded("Recorded only"),
    Course.IGNORED: worded("Ignored"),
}


class RulesForm(Sent):
    """Rules as TOML."""

    rules: Text = ""


class WatchForm(Sent):
    """Minutes within which something should be heard; 0: at no time."""

    minutes: Annotated[int, Field(ge=0, le=LONGEST)] = 0


class AdmissionForm(Sent):
    """Networks, one a line, and a client certificate."""

    networks: Text = ""
    certificate: Text = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands in the forms of the page instead of what is kept, and what is wrong with it."""

    rules: str | None = None
    trial: RulesTrialView | None = None
    sent: SentTestView | None = None
    admission: AdmissionForm | None = None
    problems: tuple[Fault, ...] = ()
    secret: str = ""


NOTHING = Entered()


@router.get(PAGE)
def show_source(desk: Seated, by: Keeper, slug: Slug) -> Response:
    """One monitor with its rules and what became of its alerts."""
    return page(desk, by, slug)


@router.post(f"{PAGE}/rules/trials")
def try_out(desk: Seated, by: Keeper, slug: Slug, form: Annotated[RulesForm, Form()]) -> Response:
    """Show what the rules would do with stored alerts; that these were read is written down."""
    try:
        document = _document(form.rules)
        trial = desk.edge.write(by, lambda act: try_rules(act, slug, document))
    except Invalid as error:
        return page(desk, by, slug, Entered(form.rules, problems=error.faults))
    return page(desk, by, slug, Entered(form.rules, _view(trial)))


@router.post(f"{PAGE}/rules")
def save(desk: Seated, by: Keeper, slug: Slug, form: Annotated[RulesForm, Form()]) -> Response:
    """Put the rules in force for what comes from now on."""
    try:
        document = _document(form.rules)
        desk.edge.write(by, lambda act: set_rules(act, slug, document))
    except Invalid as error:
        return page(desk, by, slug, Entered(form.rules, problems=error.faults))
    return see(f"/sources/{slug}#rules")


@router.post(f"{PAGE}/watch")
def watch(desk: Seated, by: Keeper, slug: Slug, form: Annotated[WatchForm, Form()]) -> Response:
    """Expect something of it every so many minutes."""
    desk.edge.write(by, lambda act: watch_source(act, slug, form.minutes))
    return see(f"/sources/{slug}#watch")


@router.post(f"{PAGE}/admission")
def admit(desk: Seated, by: Keeper, slug: Slug, form: Annotated[AdmissionForm, Form()]) -> Response:
    """Say who may send to it at all."""
    try:
        desk.edge.write(by, lambda act: set_admission(act, slug, form.networks.split(), form.certificate))
    except Invalid as error:
        return page(desk, by, slug, Entered(admission=form, problems=error.faults))
    return see(f"/sources/{slug}#admission")


def _document(text: str) -> Mapping[str, object]:
    try:
        return rules_from_toml(text)
    except BadRules as error:
        raise Invalid(Fault(error.field, error.message)) from error


def page(desk: Desk, by: Actor, slug: str, entered: Entered = NOTHING) -> Response:
    """The page of one monitor, with what was entered in its forms."""
    with desk.edge.read() as session:
        found = read_source(session, by, slug)
        said, kept = entered.admission, found.line.admission
        problems = tuple(Problem(fault.field, fault.message, fault.mend) for fault in entered.problems)
        view = SourceView(
            row=monitor_row(found.line, desk.edge.settings.base_url),
            came=found.came,
            refusals=found.refusals,
            text=rules_to_toml(found.rules) if entered.rules is None else entered.rules,
            trial=entered.trial,
            networks=said.networks if said else "\n".join(map(str, kept.networks)),
            certificate=said.certificate if said else kept.certificate,
            problems=() if said else problems,
            barring=problems if said else (),
            command=command_for(found.line, desk.edge.settings.base_url, desk.edge.clock.now()),
            sent=entered.sent,
            secret=entered.secret,
        )
        return desk.page("source.html", session, {"view": view}, 422 if entered.problems else 200)


def _view(trial: RulesTrial) -> RulesTrialView:
    counts = tuple(CourseCount(COURSES[course], was, now) for course, (was, now) in trial.counts().items())
    changes = tuple(_line(line) for line in trial.lines if line.changed)
    same = tuple(_line(line) for line in trial.lines if not line.changed)
    return RulesTrialView(
        tried=trial.tried,
        stored=trial.stored,
        erased=trial.erased,
        changed=trial.changed,
        counts=counts,
        changes=changes[:SHOWN],
        same=same[:SHOWN],
        left_out=max(0, len(changes) - SHOWN) + max(0, len(same) - SHOWN),
    )


def _line(line: TrialLine) -> FateLine:
    return FateLine(line.title, line.state, line.number, line.last_at, _said(line, before=True), _said(line))


def _said(line: TrialLine, *, before: bool = False) -> tuple[str, str]:
    """What becomes of it in a few words, and by what and with what."""
    fate = line.before if before else line.after
    more: list[str] = [worded("by “{rule}”", rule=fate.rule) if fate.rule else worded("by no rule")]
    if fate.course is Course.OPENS:
        more += [words.kind_of(fate.kind), words.SEVERITIES[fate.severity]]
        more += [worded("restricted")] if fate.restricted else []
        more += (
            [worded("pages {whom}", whom=worded_list(ROLE_WORDS.get(word, word) for word in fate.page))]
            if fate.page
            else []
        )
    return COURSES[fate.course], worded_list(more, " · ")
