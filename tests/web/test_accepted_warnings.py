"""Who approves sees which warnings were let stand, by whom and why, and is told what their yes leads to."""

from html import unescape

import pytest

from incident.roles import Role
from notifications.models import ReleaseState
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage
from tests.web.test_release_pages import seen, state_of
from tests.web.test_taking_back import warned

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = "The logs end there; counsel agreed."


def asked(stage: Stage, enter: Enter) -> str:
    """The address of a release whose one warning Mara let stand."""
    mara = enter("mara")
    notice, key = warned(mara, stage)

    def version() -> str:
        return mara.get(notice).text.partition('name="version" value="')[2].partition('"')[0]

    send(mara, f"{notice}/ticks", version=version(), key=key, reason=WHY)
    while (rest := mara.get(notice).text.partition('/ticks"')[2]) and "Accept</button>" in rest:
        more = rest.partition('name="key" value="')[2].partition('"')[0]
        send(mara, f"{notice}/ticks", version=version(), key=unescape(more), reason=WHY)
    send(mara, f"{notice}/audience")
    done = send(mara, f"{notice}/releases", version=version())
    assert done.status_code == 303, done.text[:3000]
    return str(done.headers["location"])


def said(page: str) -> str:
    return unescape(page.partition('id="toast"')[2].partition("</p>")[0])


def test_who_approves_sees_the_warnings_that_were_accepted(played: Stage, enter: Enter) -> None:
    release = asked(played, enter)
    page = unescape(enter("ines").get(release).text).partition('id="accepted"')[2].partition("</ul>")[0]
    assert "warning of the checks was accepted" in page or "warnings of the checks were accepted" in page
    assert "leaves open whether the reader is affected" in page
    assert f"<strong>Mara Lindqvist</strong>: “{WHY}”" in page


def test_the_number_that_is_meant_is_named_and_the_yes_says_what_follows(played: Stage, enter: Enter) -> None:
    release, ines = asked(played, enter), enter("ines")
    html = ines.get(release).text
    assert "Type the number of recipients: 40. It cannot be unsent." in html
    assert "It reaches 40, the number of recipients, whatever else is counted here." in html
    done = send(ines, f"{release}/approval", count="40", **seen(html))
    assert "It goes out now; this page counts how far it is." in said(ines.get(done.headers["location"]).text)
    assert 'id="accepted"' not in ines.get(release).text


def test_a_yes_that_needs_another_says_that_nothing_goes_yet(
    played: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played.installation.settings, "approvals", {"*": [Role.APPROVER, Role.LEGAL]})
    release, ines = asked(played, enter), enter("ines")
    done = send(ines, f"{release}/approval", count="40", **seen(ines.get(release).text))
    assert "Nothing goes out before another one." in said(ines.get(done.headers["location"]).text)
    assert state_of(played, release) is ReleaseState.REQUESTED


def test_a_yes_to_a_large_release_says_that_a_few_get_it_first(
    played: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played.installation.settings, "canary_from", 2)
    release, ines = asked(played, enter), enter("ines")
    done = send(ines, f"{release}/approval", count="40", **seen(ines.get(release).text))
    assert "It goes to a few first" in said(ines.get(done.headers["location"]).text)
