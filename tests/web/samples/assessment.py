"""Sample views: open questions, moments, three hundred duties, and the assessment in its states."""

from dataclasses import replace
from datetime import timedelta

from incident.law.places import ZONES
from incident.web import views as v
from incident.web.views.assessment import ToldBefore
from notifications.wording import worded
from tests.web.samples.board import HOSTILE, NOW, OPENED
from tests.web.samples.law import choices, duty

STATES = [place.removeprefix("US-") for place in ZONES if place.startswith("US-")][:31]

QUESTIONS = v.QuestionsView(
    (
        v.QuestionLine(
            "/incidents/1/assessment?ask=organisation.sectors#question",
            "organisation.sectors",
            "What are we regulated as?",
            "",
            97,
            0,
            NOW + timedelta(hours=3),
            "Send the initial notification (DORA Art. 19)",
            provisional=True,
        ),
        v.QuestionLine("/x", "reach", "Where do the people live?", "Account data", 41, 0, OPENED, "Tell the CSIRT"),
        v.QuestionLine("/x", "data.form", "In which form were the data?", "Account data", 0, 3, stated=True),
        *(v.QuestionLine("/x", f"impact.{n}", f"Question number {n}?", "", 1, 0) for n in range(9)),
    ),
    (("APPI (Japan)", 4), (HOSTILE, 1), ("LGPD (Lei 13.709/2018) + Resolução CD/ANPD 15/2024", 9)),
)
NOTHING_ASKED = v.QuestionsView(())
SCOPES = (v.Choice("", "the whole incident", True), v.Choice("dataset:accounts", "Account data"))
MOMENTS = (
    v.MomentLine(
        "discovered",
        "Discovery",
        "the breach was discovered, or would have been with reasonable diligence",
        (),
        31,
        31,
        ("Cal. Civ. Code 1798.82",),
        "Awareness",
        OPENED,
    ),
    v.MomentLine(
        "occurred_from",
        "Beginning of the breach",
        "the breach began",
        (v.RecordedMoment("m1", OPENED - timedelta(days=3), "The policy changed.", "", "", "2026-11-21T11:08"),),
        2,
        0,
        ("PDPA Sec. 12B",),
    ),
)


def many() -> tuple[v.DutyGroup, ...]:
    """Three hundred duties: states folded, others one by one, many of them without a date."""
    ahead = [
        duty(
            "ahead",
            id=f"a{n}",
            title=f"Notify authority number {n}",
            moment=NOW + timedelta(hours=24 + n),
            ids=(f"a{n}",),
        )
        for n in range(120)
    ]
    states = tuple(
        duty(
            "ahead",
            id=f"s{state}",
            title="Tell the residents",
            article=f"{state} Stat. 1.{n}",
            jurisdiction=f"US-{state}",
            moment=NOW + timedelta(days=30),
            there="24 Dec, 23:59 in Los Angeles",
            confidence="unverified" if n % 3 == 0 else "low",
            url="",
            ids=(f"s{state}",),
            href="/incidents/1/duties/s",
        )
        for n, state in enumerate(STATES)
    )
    undated = [
        duty("ahead", id=f"u{n}", moment=None, trace=(), open_question=True, missing=("reach",), ids=(f"u{n}",))
        for n in range(90)
    ]
    bundle = v.DutyBundle("all-states", "US state laws", "31 notices to residents", states, "AL, AZ, CA and 28 more")
    blocked = [
        duty("blocked", id=f"b{n}", moment=None, blocked="The moment is not known: resolved.", ids=(f"b{n}",))
        for n in range(59)
    ]
    return (
        v.DutyGroup("ahead", (*ahead[:3], bundle, *ahead[3:])),
        v.DutyGroup("ahead", tuple(undated), "Without a date", "The law names no number there."),
        v.DutyGroup("blocked", tuple(blocked), "Waiting", "Their moment is not recorded yet."),
    )


FIELD = v.FactField(
    "answer",
    "exposure.recipients",
    "Who may have seen the data?",
    "word",
    choices=choices("Nobody", "An attacker", "The public"),
    hint="Choose the widest circle that cannot be excluded.",
)
REASON = v.ReasonLine(
    True,
    "makes a high risk",
    "The data are enough for identity theft or fraud.",
    "GDPR recitals 75 and 85",
    ("Which kinds of data? Name, Bank account",),
    ("the data could be read, until their encryption is stated",),
)
SEVERITY = v.SeverityView(
    "3.5",
    "High",
    "3 x 1 + 0.5",
    (worded("More than 100 people: a flag, it changes no number"),),
    (
        v.ScorePart(
            "dpc", "Kind of data (DPC)", "3", "financial data, basic 3, adjusted to 3", True, False, choices("1", "3")
        ),
        v.ScorePart(
            "ei", "Ease of identification (EI)", "1", "set by a person: named", False, True, choices("0.5", "1")
        ),
    ),
    "ENISA, Recommendations for a methodology of the assessment of severity of personal data breaches, v1.0, 2013",
)
VERDICT = v.DatasetVerdict(
    id="accounts",
    title="Account data",
    role="controller",
    risk="high",
    authority="yes",
    subjects="unknown",
    reasons=(REASON, replace(REASON, step=True, raises=False, weight="supports others")),
    missing=(QUESTIONS.lines[1],),
    severity=SEVERITY,
    tests=(
        v.LegalTestLine(
            "California: breach of the security of the system", "unknown", (REASON,), (QUESTIONS.lines[2],)
        ),
    ),
    advice=(v.AdviceLine("high", f"As assessed. {HOSTILE}", "Mara Lindqvist", NOW, 3),),
    decisions=(
        v.DecisionLine("unlikely", "The recipient is bound.", "Ines Moreau", NOW, 3, NOW + timedelta(days=30)),
        v.DecisionLine("high", "", "Ines Moreau", OPENED, 2, None, NOW),
    ),
)
EFFECT = v.EffectView(
    3,
    (v.RiskShift("Account data", "unknown", "high", reopens=True), v.RiskShift("Contact lists", "risk", "risk")),
    (
        (
            "Would be owed",
            33,
            (v.DutyShift("Tell the residents", "US state laws", 31, None, NOW + timedelta(days=30)),),
        ),
        ("Would fall due at another moment", 1, (v.DutyShift("Notify", "GDPR Art. 33(1)", 1, NOW, OPENED),)),
        ("Might be owed", 6, tuple(v.DutyShift(f"Duty {n}", "Law", certain=False) for n in range(6))),
    ),
    previewed=True,
)
ASSESSMENT = v.AssessmentView(
    version=3,
    draft=True,
    question=v.QuestionView(
        "exposure.recipients", "accounts", "Account data", FIELD, QUESTIONS.lines[0], ("How many people?", "/x")
    ),
    open=QUESTIONS.lines,
    answered=(
        ("The breach", (v.AnsweredLine("/x", "What was hurt?", "Confidentiality"),)),
        (
            "Account data",
            (
                v.AnsweredLine("/x", "How many people?", "2,400", changed=True),
                v.AnsweredLine("/x", "Are the people vulnerable?", "", passed=True),
            ),
        ),
    ),
    effect=EFFECT,
    datasets=(VERDICT,),
    passed=1,
)
FRESH_ASSESSMENT = replace(ASSESSMENT, version=0, draft=False, effect=None, datasets=(), answered=(), passed=0)
SAVED = replace(ASSESSMENT, question=None, draft=False, effect=None, saved=True)
REOPENED = replace(
    VERDICT, decisions=VERDICT.decisions[1:], authority_told=ToldBefore(NOW), subjects_told=ToldBefore(NOW, 40)
)
DONE = replace(ASSESSMENT, question=None, open=(), draft=False, effect=None, datasets=(REOPENED,))
REFUSED = replace(
    ASSESSMENT,
    question=replace(
        ASSESSMENT.question,  # type: ignore[type-var]
        field=replace(
            FIELD,
            shape="number",
            choices=(),
            value="about forty",
            problem=v.Problem("answer", "'about forty' is no number", "write a number"),
        ),
    ),
    problems=(v.Problem("datasets[0].id", "'Not An Id' is no id", "a short word such as accounts"),),
)
