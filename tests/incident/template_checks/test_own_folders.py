"""An operator's folder over the shipped one: what it changes is checked, each fault with file, line and mend."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident import cli, template_checks
from incident.notice_kinds import NoticeKind
from incident.template_checks import Checked, TemplateFault, check_folder, check_form, check_kind, check_templates
from notifications.rendering import Templates
from tests.incident.template_checks.test_shipped import SHIPPED

BODY = "notices/people/en/body.txt"


def put(root: Path, path: str, text: str) -> Path:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
    return root


def changed(root: Path, path: str, old: str, new: str) -> Path:
    text = (SHIPPED / path).read_text(encoding="utf-8")
    assert old in text
    return put(root, path, text.replace(old, new))


def faults(root: Path, kind: NoticeKind = NoticeKind.PEOPLE) -> list[str]:
    return [str(fault) for fault in check_kind(Templates([root, SHIPPED]), kind, "en").faults]


def unused(root: Path) -> list[str]:
    return [str(fault) for fault in check_folder(Templates([root, SHIPPED]), root, SHIPPED).faults]


def test_an_own_file_is_used_before_the_shipped_one_and_changes_the_digest(tmp_path: Path) -> None:
    shipped = check_kind(Templates([SHIPPED]), NoticeKind.PEOPLE, "en")
    changed(tmp_path, "notices/people/en/notice.toml", 'greeting = "Dear', 'greeting = "Hello')
    own = check_kind(Templates([tmp_path, SHIPPED]), NoticeKind.PEOPLE, "en")
    assert (own.faults, own.texts) == ((), shipped.texts)
    assert own.digest != shipped.digest
    assert unused(tmp_path) == []


def test_a_file_that_nothing_looks_up_is_named_with_what_was_meant(tmp_path: Path) -> None:
    put(tmp_path, "notices/people/en/boddy.txt", "x")
    put(tmp_path, "notices/poeple/en/body.txt", "x")
    put(tmp_path, "letters/own.txt", "x")
    assert unused(tmp_path) == [
        "letters/own.txt: is used by nothing (remove it, or import it where it is to be used)",
        f"notices/people/en/boddy.txt: is used by nothing (did you mean {BODY}?)",
        "notices/poeple/en/body.txt: is used by nothing (did you mean notices/people/en/body.txt?)",
    ]


def test_a_folder_that_names_no_language_is_not_looked_up(tmp_path: Path) -> None:
    for name in ("xx", "english", "de_DE"):
        put(tmp_path, f"notices/people/{name}/body.txt", "x")
    assert len(unused(tmp_path)) == 3


def test_a_phrase_under_a_word_that_nothing_says_is_named(tmp_path: Path) -> None:
    text = '[causes]\nransomwear = "x"\nransomware = "y"\n[measures]\nown_measure = "z"\n[cuases]\nhacking = "x"\n'
    put(tmp_path, "notices/phrases/en.toml", text + '[measures_planned]\nown_measure = "z"\n')
    assert unused(tmp_path) == [
        "notices/phrases/en.toml: 'ransomwear' in [causes] is used by nothing (did you mean ransomware?)",
        "notices/phrases/en.toml: [cuases] is used by nothing (did you mean causes?)",
    ]


def test_words_of_the_public_pages_are_held_against_the_shipped_ones(tmp_path: Path) -> None:
    text = 'title = "Aktuelles"\ntitel = "x"\nversion = "Fassung"\npublished = "Am {moment"\nall = ""\n'
    put(tmp_path, "announcements/de.toml", text)
    put(tmp_path, "announcements/fr.toml", "title = x")
    put(tmp_path, "announcements/sv.toml", 'title = "x"')
    found = unused(tmp_path)
    assert [line.partition(" (")[0] for line in found] == [
        "announcements/sv.toml: is used by nothing",
        "announcements/de.toml: 'titel' is used by nothing",
        "announcements/de.toml: 'version' has other places to fill than it can",
        "announcements/de.toml: 'published' has other places to fill than it can",
        "announcements/de.toml: 'all' is empty, or no text",
        "announcements/fr.toml: cannot be read: Invalid value",
    ]
    assert "(it has {number})" in found[2]


def test_what_is_looked_up_imported_or_a_note_is_used(tmp_path: Path) -> None:
    put(tmp_path, "README.md", "ours")
    put(tmp_path, ".git/config", "hidden")
    put(tmp_path, "mail/blocks.html", (SHIPPED / "mail/blocks.html").read_text())
    put(tmp_path, "letters/own.txt", "x")
    put(tmp_path, "notices/people/sv/subject.txt", "a language nobody ships")
    changed(tmp_path, BODY, "{{ words.title }}", '{% include "letters/own.txt" %}')
    assert unused(tmp_path) == []


def test_a_fact_that_is_taken_for_granted_shows_where_it_is_missing(tmp_path: Path) -> None:
    changed(tmp_path, BODY, "{{ say.dated() }}", "{{ say.dated() }} {{ period.from | day }}")
    line = (tmp_path / BODY).read_text().count("\n")
    found = faults(tmp_path)
    assert len(found) == 2
    assert all(fault.startswith(f"{BODY}:{line}: ") for fault in found)
    assert any(fault.endswith(", with nothing known") for fault in found)
    assert any(fault.endswith(", without occurred_from") for fault in found)


@pytest.mark.parametrize(
    ("path", "old", "new", "wanted"),
    [
        (BODY, "{{ words.title }}", "{{ wrods.title }}", f"{BODY}:4: 'wrods' is undefined (did you mean words?)"),
        (BODY, "{{ words.title }}", "{{ words.titel }}", "has no attribute 'titel'"),
        (BODY, "{{ words.title }}", "{% if %}", f"{BODY}:4: Expected an expression"),
        (BODY, "{{ words.title }}", "{{ words.__class__ }}", f"{BODY}:4: "),
        (BODY, '{{ slot("greeting") }}', '{{ slot("greting") }}', "{{ greting }} is unknown (allowed here: greeting"),
        (BODY, "{{ say.contact() }}", "Ask us.", "contact"),
        (BODY, "{{ words.title }}", "{{ 'x' * 30000000 }}", f"{BODY}:4: a text or list is repeated"),
        ("notices/people/en/notice.toml", "Dear {{ name }},", "Dear {{ nmae }},", "{{ nmae }} has no value"),
        ("notices/people/en/notice.toml", 'title = "', "title = ", "notices/people/en/notice.toml: is no TOML"),
        ("notices/people/en/notice.toml", 'title = "', f'title = "{"long " * 40}', "the subject has"),
        ("notices/phrases/en.toml", "[causes]", "[causes", "notices/phrases/en.toml: cannot be read: Expected ']'"),
        ("mail/layout.html", "</body>", "</p></body>", "HTML: </p> stands where </body> is due"),
        (
            "mail/layout.html",
            "</body>",
            '<img src="https://x.example/{{ subject }}" alt="">',
            "HTML: <img src> fetches",
        ),
        ("mail/blocks.html", "<h1>", "<h2>", "HTML: </h1> stands where </h2> is due"),
    ],
)
def test_a_fault_names_its_file_and_mend(tmp_path: Path, path: str, old: str, new: str, wanted: str) -> None:
    changed(tmp_path, path, old, new)
    assert any(wanted in fault for fault in faults(tmp_path)), faults(tmp_path)


def test_a_heading_above_nothing_shows_with_the_facts_that_are_missing(tmp_path: Path) -> None:
    changed(
        tmp_path, BODY, "{{ say.dated() }}", "Hidden\n----\n\n{% if data %}{{ data[0] }}{% endif %}\n\nLast\n----\n\nx"
    )
    found = [fault for fault in faults(tmp_path) if "stands above nothing" in fault]
    assert f"{BODY}: the heading “Hidden” stands above nothing" in found[0]
    assert found[0].endswith("(say what is not known yet, or leave the heading out), with nothing known")


def test_a_form_is_checked_like_a_notice(tmp_path: Path) -> None:
    changed(tmp_path, "filings/popia/en/notice.toml", 'title = "', 'titel = "')
    found = check_form(Templates([tmp_path, SHIPPED]), "popia", "en").faults
    assert any("title" in str(fault) for fault in found)


def test_a_language_an_operator_adds_is_checked_too(tmp_path: Path) -> None:
    put(tmp_path, "notices/media/sv/body.txt", "{{ words.title }}\n")
    put(tmp_path, "notices/media/sv/notice.toml", 'title = "Rubrik"\n')
    found = check_kind(Templates([tmp_path, SHIPPED]), NoticeKind.MEDIA, "sv").faults
    assert [str(fault) for fault in found] == [
        "notices/media/sv: there are no phrases in 'sv' (write notices/phrases/sv.toml)"
    ]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    first = next(check_templates([tmp_path / "absent"], SHIPPED))
    assert "is no folder" in str(first.faults[0])


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        ((TemplateFault(BODY, "'x' is undefined", 3, "did you mean y?"),), 1, f"    {BODY}:3: 'x' is undefined (did"),
        ((), 0, "notices/people/en                            holds      abcdef012345"),
    ],
)
def test_the_command_says_one_line_for_each_and_fails_unless_all_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: tuple[TemplateFault, ...], status: int, said: str
) -> None:
    asked: list[object] = []

    def check(folders: list[Path], shipped: Path) -> list[Checked]:
        asked.extend([folders, shipped])
        return [Checked("notices/people/en", 12, "abcdef0123456789", found)]

    monkeypatch.setattr(template_checks, "check_templates", check)
    ran = CliRunner().invoke(cli.app, ["templates", "check", str(tmp_path)])
    assert ran.exit_code == status
    assert said in ran.output
    assert f"12 texts written, {status} fault" in ran.output
    assert asked == [[tmp_path], SHIPPED]
