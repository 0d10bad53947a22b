"""A comment on an entry: shown where that stands, an entry of its own in the chain, and on none there is not."""

from html import unescape

import pytest
from sqlmodel import col, select

from incident.models.entries import EntryHeader
from incident.verbs.entries import note
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_comment_stands_with_its_entry_and_is_one_itself(stage: Stage, enter: Enter) -> None:
    first = stage.act("mara", note, stage.incident_id, "The export lay open since March.").seq
    mara, path = enter("mara"), f"{stage.path}/timeline"
    assert f'href="{path}?on={first}#notes"' in mara.get(path).text
    form = mara.get(f"{path}?on={first}").text
    assert f'name="on" value="{first}"' in form
    assert f"Comment on #{first}" in form
    said = send(mara, f"{stage.path}/notes", text="<b>April</b>, says the log.", on=str(first), back=path)
    assert (said.status_code, said.headers["location"]) == (303, path)
    html = mara.get(path).text
    under = html.partition(f'id="entry-{first}"')[2].partition("</li></ul>")[0]
    assert "April</b>, says the log." in unescape(under)
    assert "<b>April" not in html
    own = html.partition(f'id="entry-{first + 1}"')[2].partition('id="entry-')[0]
    assert f'href="{path}?before={first + 1}#entry-{first}">on #{first}</a>' in own
    with session_of(stage) as session:
        action = select(EntryHeader.action).where(col(EntryHeader.seq) == first + 1)
        assert (
            session.exec(action.where(col(EntryHeader.subject).endswith(str(stage.incident_id)))).one() == "commented"
        )
    older = mara.get(f"{path}?before={first + 1}").text
    assert "April</b>, says the log." in unescape(older)  # also where its entry stands on another page


def test_a_comment_on_no_entry_is_refused(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    refused = send(mara, f"{stage.path}/notes", text="What?", on="9999")
    assert refused.status_code == 422
    assert "there is no entry 9999" in unescape(refused.text)
    assert "Comment on #9999" not in mara.get(f"{stage.path}/timeline?on=9999").text
