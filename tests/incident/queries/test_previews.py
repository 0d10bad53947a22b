"""A text as different readers get it: invented ones always, real ones by permission and after it was written down."""

from datetime import timedelta

import pytest

from incident.errors import Forbidden, NotFound
from incident.models.entries import EntryHeader
from incident.notice_kinds import NoticeKind
from incident.queries.previews import LOOK_HOLDS, Sample, invented, looked_lately, recipients
from incident.queries.timeline import read_timeline
from incident.roles import Actor, Role
from incident.verbs.previewing import look_at_recipients
from notifications.audience import NewMember
from notifications.filling import filled
from notifications.ids import new_id
from notifications.message import Text
from notifications.models import Audience, Channel
from tests.incident.notices import Desk

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LONG = "Wolfeschlegelsteinhausenbergerdorff"
TEXTS = {
    "en": Text("Notice", "{{ greeting }} {{ city }}", "", "Dear {{ name }},", "Hello,", {"city": "somewhere"}),
    "de": Text("Hinweis", "{{ greeting }} {{ city }}", "", "Guten Tag {{ name }},", "Guten Tag,", {"city": "irgendwo"}),
    "en@cards": Text("Cards", "{{ greeting }}", "", "Dear {{ name }},", "Hello,"),
    "de@cards": Text("Karten", "{{ greeting }}", "", "Guten Tag {{ name }},", "Guten Tag,"),
}


def person(number: int, locale: str = "en", segment: str = "", **values: str) -> NewMember:
    return NewMember(f"u{number}", f"u{number}@example.net", locale=locale, segment=segment, values=values)


@pytest.fixture
def audience(desk: Desk) -> Audience:
    people = [person(number, name=f"Person {number}", city="Ulm") for number in range(520)]
    people += [
        person(601, "de", name="Beyond the first five hundred", city="Ulm"),
        person(602, segment="cards", name="Carla", city="Ulm"),
    ]
    people[7] = person(7, name=LONG, city="Ulm")
    people[8] = person(8, city="Ulm")
    people[9] = person(9, name="נועה לוי", city="Ulm")
    people[10] = person(10, name="Jo")
    return desk.audience(Channel.EMAIL, people)


def shown(desk: Desk, audience: Audience, role: Role = Role.PRIVACY_OFFICER) -> dict[str, Sample]:
    actor, keys = desk.case.people[role], desk.case.keys
    found = desk.case.look(lambda session: recipients(session, keys, actor, audience.id, TEXTS))
    return {sample.key: sample for sample in found}


def test_real_recipients_are_those_a_text_can_go_wrong_for(desk: Desk, audience: Audience) -> None:
    found = shown(desk, audience)
    assert all(sample.real for sample in found.values())
    assert found["longest"].values["name"] == LONG
    assert "name" not in found["unnamed"].values
    assert found["backwards"].values["name"] == "נועה לוי"
    assert found["missing"].values == {"name": "Jo"}
    assert filled(TEXTS["en"], found["missing"].values, "en").text == "Dear Jo, somewhere"
    of_segment = next(sample for sample in found.values() if sample.label == "Segment cards")
    assert (of_segment.text, of_segment.values["name"]) == ("en@cards", "Carla")
    german = next(sample for sample in found.values() if sample.label == "Language de")
    assert (german.text, german.values["name"]) == ("de", "Beyond the first five hundred")


@SQLITE
def test_who_has_no_text_for_their_segment_is_not_shown(desk: Desk) -> None:
    audience = desk.audience(Channel.EMAIL, [person(1, name="A"), person(2, segment="other", name="Longer")])
    assert {sample.values["name"] for sample in shown(desk, audience).values()} == {"A"}


@SQLITE
def test_only_who_may_read_audiences_sees_real_people(desk: Desk, audience: Audience) -> None:
    for role in (Role.APPROVER, Role.RESPONDER, Role.COMMANDER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            shown(desk, audience, role)
        with pytest.raises(Forbidden):
            desk.case.act(role, look_at_recipients, audience.id)
    with pytest.raises(NotFound):
        desk.case.act(Role.PRIVACY_OFFICER, look_at_recipients, new_id())


def test_looking_is_a_line_of_the_timeline_for_one_audience_one_person_and_half_an_hour(
    desk: Desk, audience: Audience
) -> None:
    case, other = desk.case, desk.audience(Channel.EMAIL, [person(1)])
    mine = case.people[Role.PRIVACY_OFFICER]

    def looking(of: Audience, actor: Actor = mine) -> bool:
        return case.look(lambda session: looked_lately(session, case.keys, actor, of, case.clock.now()))

    assert not looking(audience)
    case.act(Role.PRIVACY_OFFICER, look_at_recipients, audience.id)
    assert looking(audience)
    assert not looking(other)
    assert not looking(audience, case.people[Role.COMMANDER])
    line = case.look(lambda session: read_timeline(session, case.keys, mine, desk.incident_id, limit=1))[0]
    assert line.action == "audience.previewed"
    assert "previewed as real recipients" in line.text
    case.clock.move(LOOK_HOLDS + timedelta(seconds=1))
    assert not looking(audience)
    assert case.look(lambda session: session.get(EntryHeader, (f"incident:{desk.incident_id}", line.seq))) is not None


@SQLITE
def test_invented_readers_are_those_for_whom_the_text_differs(desk: Desk) -> None:
    people = desk.view(desk.start(NoticeKind.PEOPLE)).draft.texts
    assert [sample.key for sample in invented(people)] == ["example", "longest", "arabic", "hebrew", "unnamed"]
    customers = desk.view(desk.start(NoticeKind.CUSTOMER)).draft.texts
    assert [sample.key for sample in invented(customers)][-1] == "missing"
    public = desk.view(desk.start(NoticeKind.ANNOUNCEMENT)).draft.texts
    assert [sample.key for sample in invented(public)] == ["example"]
    for texts in (people, customers):
        for sample in invented(texts):
            for key, text in texts.items():
                assert "{{" not in "".join(vars_of(filled(text, sample.values, key)))


def vars_of(rendered: object) -> tuple[str, ...]:
    return tuple(getattr(rendered, name) for name in ("subject", "text", "html"))
