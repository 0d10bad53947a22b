"""Every kind of notice and every form that ships is written in every language it is listed for, and holds."""

from pathlib import Path

import pytest

from incident.notice_kinds import FORMS, KINDS, NoticeKind
from incident.template_checks import check_form, check_kind, languages
from incident.template_checks.lookups import idle_phrases, unused
from notifications.rendering import Templates

pytestmark = pytest.mark.untraced

SHIPPED = Path(__file__).parents[3] / "templates"
TEMPLATES = Templates([SHIPPED])


@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_holds_in_every_language_whatever_is_known(kind: NoticeKind) -> None:
    checked = [
        check_kind(TEMPLATES, kind, locale) for locale in languages(TEMPLATES, f"notices/{kind}", KINDS[kind].locales)
    ]
    assert [str(fault) for one in checked for fault in one.faults] == []
    assert all(one.texts > 2 for one in checked)
    assert len({one.digest for one in checked}) == len(checked)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_holds_in_every_language_whatever_is_known(form: str) -> None:
    expected = languages(TEMPLATES, f"filings/{form}", FORMS[form].locales)
    checked = [check_form(TEMPLATES, form, locale) for locale in expected]
    assert [str(fault) for one in checked for fault in one.faults] == []
    assert all(one.texts > 2 for one in checked)


def test_every_file_that_ships_is_looked_up_by_the_product() -> None:
    """Pages, pages of mails, required contents, words of public pages and of reports are looked up by own names."""
    by_name = ("pages/", "mail/", "notices/contents/", "announcements/", "finders/", "reports/")
    idle = (fault.path for fault in unused(TEMPLATES, SHIPPED, ()))
    assert [path for path in idle if not path.startswith(by_name)] == []
    assert list(map(str, idle_phrases(SHIPPED, SHIPPED))) == []
    contents = {*(told.contents for told in KINDS.values()), *FORMS}
    assert {file.stem for file in (SHIPPED / "notices/contents").glob("*.toml")} == contents
