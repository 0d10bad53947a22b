"""Templates are looked up overlay first, know nothing but their slots, and come out escaped and styled inline."""

from pathlib import Path

import pytest

from notifications.formats import Formats
from notifications.message import Text
from notifications.rendering import Templates, Unrenderable
from notifications.template_files import FRAGMENT

EN = Formats("en", "UTC")


def write(root: Path, **files: str) -> Templates:
    for name, text in files.items():
        file = root / "notices" / "people" / "en" / name.replace("__", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Templates([root])


def pages(root: Path) -> None:
    (root / "mail").mkdir(exist_ok=True)
    (root / "mail" / "layout.html").write_text("layout: <p>{{ blocks[0].text }}</p>")
    (root / "mail" / "fragment.html").write_text("fragment: {{ direction }}")


def notice(root: Path, body: str, html: str = "<p>{{ blocks[0].text }}</p>", words: str = "") -> Text:
    templates = write(
        root, subject__txt="A\n  subject", body__txt=body, body__html=html, notice__toml=words or 'greeting = "Hi"'
    )
    return templates.notice("notices/people/en", {"who": "<Anna & Bo>"}, EN, frozenset({"name"}))


def test_text_is_as_written_and_html_is_escaped(tmp_path: Path) -> None:
    found = notice(tmp_path, "Hello {{ who }}\n\n\n\nEnd")
    assert (found.subject, found.text) == ("A subject", "Hello <Anna & Bo>\n\nEnd\n")
    assert found.html == "<p>Hello &lt;Anna &amp; Bo&gt;</p>"
    assert found.greeting == "Hi"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{ missing }}", "missing"),
        ("{% for %}", "line 1"),
        ("{{ who.__class__.__mro__ }}", "unsafe"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{% for x in range(200000) %}x{% endfor %}", "[Rr]ange"),
        ("{{ 'x' * 300000 }}", "more than"),
        ('{{ "{{ nmae }}" }}', "unknown"),
        ('{% include "absent.txt" %}', "absent.txt"),
        ('{% include "../../../../etc/passwd" %}', "passwd"),
    ],
)
def test_a_template_that_asks_for_more_is_refused_by_name(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(Unrenderable, match=message):
        notice(tmp_path, body)


def test_a_placeholder_in_a_tag_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unrenderable, match="inside a tag"):
        notice(tmp_path, "x", '<a href="{{ "{{ name }}" }}">x</a>')


def test_the_operators_folder_lies_over_the_shipped_one_file_by_file(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    write(shipped, subject__txt="Shipped", body__txt="Shipped body", body__html="<p></p>", notice__toml="x = 1")
    write(own, subject__txt="Own")
    found = Templates([own, shipped]).notice("notices/people/en", {}, EN, frozenset())
    assert (found.subject, found.text) == ("Own", "Shipped body\n")
    assert Templates([own, shipped]).locales("notices/people") == ("en",)


def test_styles_are_inlined_and_media_queries_kept(tmp_path: Path) -> None:
    html = "<html><head><style>p { color: red } @media print { p { color: black } }</style></head><p>x</p></html>"
    found = notice(tmp_path, "x", html)
    assert '<p style="color: red' in found.html
    assert "@media print" in found.html


def test_a_folder_needs_a_body_and_words_alone(tmp_path: Path) -> None:
    write(tmp_path, body__txt="Text for {{ slot('name') }}", notice__toml='title = "Title"')
    pages(tmp_path)
    templates, slots = Templates([tmp_path]), {"organisation": {"name": "Org"}}
    mail = templates.notice("notices/people/en", slots, EN, frozenset({"name"}))
    assert (mail.subject, mail.text) == ("Title", "Text for {{ name }}\n")
    assert mail.html == "layout: <p>Text for <bdi>{{ name }}</bdi></p>"
    shown = templates.notice("notices/people/en", slots, EN, frozenset({"name"}), FRAGMENT)
    assert shown.html == "fragment: ltr"
    write(tmp_path, body__html="own", subject__txt="Own {{ words.title }}")
    found = templates.notice("notices/people/en", slots, EN, frozenset({"name"}), FRAGMENT)
    assert (found.subject, found.html) == ("Own Title", "own")


def test_a_language_written_from_right_to_left_says_so(tmp_path: Path) -> None:
    write(tmp_path, body__txt="x", notice__toml='title = "T"')
    pages(tmp_path)
    assert Templates([tmp_path]).text(FRAGMENT, {}, Formats("he")) == "fragment: rtl"


def test_without_subject_and_title_there_is_no_notice(tmp_path: Path) -> None:
    with pytest.raises(Unrenderable, match=r"neither subject\.txt nor a title"):
        write(tmp_path, body__txt="x", body__html="x", notice__toml="x = 1").notice(
            "notices/people/en", {}, EN, frozenset()
        )


def test_sentences_of_a_language_are_shared_and_see_slots_filters_and_placeholders(tmp_path: Path) -> None:
    (tmp_path / "notices" / "sentences").mkdir(parents=True)
    (tmp_path / "notices" / "sentences" / "en.txt").write_text(
        "{% macro kinds() %}\n{% for item in data %}\n- {{ item }}\n{% endfor %}\n{% endmacro %}\n"
        '{% macro count() %}{{ slot("name") }}: {{ people | number }}{% endmacro %}\n'
    )
    body = '{% import "notices/sentences/en.txt" as say with context %}\nData:\n{{ say.kinds() }}\n{{ say.count() }}'
    templates = write(tmp_path, body__txt=body, body__html="x", notice__toml='title = "T"')
    slots: dict[str, object] = {"data": ["your name", "your address"], "people": 1200}
    found = templates.notice("notices/people/en", slots, EN, frozenset({"name"}))
    assert found.text == "Data:\n- your name\n- your address\n\n{{ name }}: 1,200\n"
    with pytest.raises(Unrenderable, match=r"notices/sentences/en\.txt, line 2: 'data' is undefined"):
        templates.notice("notices/people/en", {"people": 1}, EN, frozenset({"name"}))


def test_the_digest_of_a_folder_changes_with_everything_a_text_can_be_made_from_and_nothing_else(
    tmp_path: Path,
) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    body = '{% import "notices/sentences/en.txt" as say with context %}x'
    write(shipped, body__txt=body, notice__toml="x = 1")
    pages(shipped)
    for path in ("notices/sentences/en.txt", "notices/phrases/en.toml", "notices/media/en/body.txt", "notices/a.txt"):
        (shipped / path).parent.mkdir(parents=True, exist_ok=True)
        (shipped / path).write_text("")
    templates, seen = Templates([own, shipped]), set[str]()

    def digest() -> str:
        return templates.digest("notices/people/en")

    def put(root: Path, path: str, text: str) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)

    seen.add(digest())
    put(shipped, "notices/media/en/body.txt", "another kind")
    put(shipped, "notices/a.txt", "imported by nothing")
    assert seen == {digest()}
    for path in ("notices/people/en/notice.toml", "notices/sentences/en.txt", "mail/layout.html", "mail/fragment.html"):
        put(own, path, f"own words of {path}")
        assert digest() not in seen, path
        seen.add(digest())
    for root in (own, shipped):  # phrases of both folders are read, one over the other
        put(root, "notices/phrases/en.toml", f'phrase = "{root}"')
        assert digest() not in seen
        seen.add(digest())
    put(own, "notices/people/en/body.txt", '{% include "notices/a.txt" %}')
    assert digest() not in seen
    seen.add(digest())
    put(shipped, "notices/a.txt", "now included by the body")
    assert digest() not in seen
    (own / "notices/people/en/body.txt").unlink()
    (own / "mail/layout.html").unlink()
    assert digest() not in seen  # back to the shipped ones, beside what the operator still has
    assert templates.digest("notices/media/en") != digest()


def test_the_usual_words_of_a_kind_are_those_of_its_templates_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "notices" / "sentences").mkdir(parents=True)
    (tmp_path / "notices" / "sentences" / "en.txt").write_text("Shared sentences")
    (tmp_path / "notices" / "people" / "de").mkdir(parents=True)
    (tmp_path / "notices" / "people" / "de" / "body.txt").write_text("Deutscher Text")
    body = '{% include "notices/sentences/en.txt" %} Body'
    found = write(tmp_path, body__txt=body, notice__toml='title = "Title"').usual("notices/people")
    assert all(word in found for word in ("Shared", "Deutscher", "Body", "Title"))


def test_missing_and_broken_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unrenderable, match=r"notice\.toml"):
        Templates([tmp_path]).words("notices/people/en")
    with pytest.raises(Unrenderable, match=r"notice\.toml"):
        notice(tmp_path, "x", words="= broken")
