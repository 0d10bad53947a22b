"""Templates are looked up overlay first, know nothing but their slots, and come out escaped and styled inline."""

from pathlib import Path

import pytest

from notifications.formats import Formats
from notifications.message import Text
from notifications.rendering import Templates, Unrenderable

EN = Formats("en", "UTC")


def write(root: Path, **files: str) -> Templates:
    for name, text in files.items():
        file = root / "notices" / "people" / "en" / name.replace("__", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Templates([root])


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


def test_missing_and_broken_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unrenderable, match=r"notice\.toml"):
        Templates([tmp_path]).words("notices/people/en")
    with pytest.raises(Unrenderable, match=r"notice\.toml"):
        notice(tmp_path, "x", words="= broken")
