"""From the counts of a close-out report to the tables its page shows."""

from collections.abc import Mapping
from datetime import datetime

from incident.queries.close_outs import ClosedOut
from incident.queries.retention import SENT
from incident.retention_rules import RetentionRules
from incident.web import words
from incident.web.audience_views import CHANNELS
from incident.web.audiences import name_of
from incident.web.outgoing import LANGUAGES
from incident.web.views.close_outs import CloseOutView, CountLine, CountTable, ReportLine
from notifications.ledger_file import FEWEST, OTHERS, TOLD
from notifications.proofs import CloseOut
from notifications.wording import Country, worded

Group = Mapping[str, Mapping[str, int]]


def close_out_view(found: ClosedOut, rules: RetentionRules, *, can_ask: bool) -> CloseOutView:
    """A release with its reports."""
    release, latest, running = found.release, found.latest, found.running
    href = f"/releases/{release.id}/close-out"
    ended = release.state in SENT
    counts = latest.counts if latest else {}
    return CloseOutView(
        href=href,
        release_href=f"/releases/{release.id}",
        title=words.NOTICES[found.notice.kind][0],
        edition=found.edition.number,
        state=release.state.value,
        state_label=words.STATES[release.state],
        reports=tuple(_report(href, row) for row in found.reports if row.finished_at),
        answers=_answers(_numbers(counts.get("answers"))),
        tables=_tables(counts),
        states=tuple(
            CountLine(words.DELIVERIES[state][0], number, number if state in TOLD else 0)
            for state, number in _numbers(counts.get("states")).items()
        ),
        first_at=_moment(counts.get("first_at")),
        last_at=_moment(counts.get("last_at")),
        duplicates=_number(counts.get("possible_duplicates")),
        written=running.rows if running else 0,
        expected=running.expected if running else 0,
        can_ask=can_ask and ended and running is None and found.audience.purged_at is None,
        due_at=rules.closes_at(release.closed_at) if ended and release.closed_at and not found.reports else None,
        audience=name_of(found.audience),
        purged_at=found.audience.purged_at,
    )


def _report(href: str, row: CloseOut) -> ReportLine:
    assert row.finished_at is not None
    file = "" if row.file_purged_at else f"{href}/{row.number}.jsonl.gz"
    told = _number(row.counts.get("told"))
    return ReportLine(row.number, row.finished_at, told, row.rows, row.digest, row.entry, file, row.file_purged_at)


def _tables(counts: Mapping[str, object]) -> tuple[CountTable, ...]:
    hint = worded("Domains of fewer than {number} people are counted together.", number=FEWEST)
    tables = (
        _table(worded("Channel"), _group(counts.get("channels")), CHANNELS),
        _table(
            worded("Language"),
            _group(counts.get("locales")),
            {code: f"{name} ({code})" for code, name in LANGUAGES.items()},
        ),
        _table(worded("Country or region"), _group(counts.get("regions")), {}, countries=True),
        _table(worded("Domain"), _group(counts.get("domains")), {OTHERS: worded("Others")}, hint),
    )
    return tuple(table for table in tables if table.lines)


def _table(
    title: str, group: Group, names: Mapping[str, str], hint: str = "", *, countries: bool = False
) -> CountTable:
    often = sorted(group.items(), key=lambda item: (item[0] == OTHERS, -sum(item[1].values()), item[0]))
    lines = (
        CountLine(
            names.get(word) or (Country(word) if countries else word),
            sum(states.values()),
            sum(number for state, number in states.items() if state in TOLD),
            _others(states),
        )
        for word, states in often
    )
    return CountTable(title, tuple(lines), hint)


def _others(states: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((words.DELIVERIES[state][0], number) for state, number in states.items() if state not in TOLD)


def _answers(answers: Mapping[str, int]) -> tuple[CountLine, ...]:
    often = sorted(answers.items(), key=lambda item: (item[0] == OTHERS, -item[1], item[0]))
    return tuple(CountLine(worded("Others") if word == OTHERS else word, number, 0) for word, number in often)


def _group(said: object) -> Group:
    return {str(word): _numbers(states) for word, states in said.items()} if isinstance(said, dict) else {}


def _numbers(said: object) -> dict[str, int]:
    return {str(word): _number(number) for word, number in said.items()} if isinstance(said, dict) else {}


def _number(said: object) -> int:
    return said if isinstance(said, int) else 0


def _moment(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) and said else None
