"""An operator's template cannot reach what it was not given, nor grow, change or circle without end."""

from pathlib import Path

import pytest

from notifications.formats import Formats
from notifications.rendering import Templates, Unrenderable

EN = Formats("en", "UTC")


def rendered(root: Path, source: str, **slots: object) -> str:
    (root / "one.txt").write_text(source, encoding="utf-8")
    return Templates([root]).text("one.txt", slots, EN)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ who.__class__ }}", "'__class__' of 'str' object is unsafe"),
        ("{{ who['__class__'] }}", "'__class__' of 'str' object is unsafe"),
        ("{{ slot.__globals__ }}", "unsafe"),
        ("{{ range.__self__ }}", "unsafe"),
        ("{{ self._TemplateReference__context }}", "unsafe"),
        ("{{ cycler.__init__.__globals__ }}", "unsafe"),
        ("{{ who | attr('__class__') }}", "unsafe"),
        ("{{ '{0.__class__}'.format(who) }}", "unsafe"),
        ("{{ items.append(1) }}", "not safely callable|unsafe"),
        ("{{ items.sort() }}", "unsafe"),
        ("{{ facts.update(a=1) }}", "unsafe"),
        ("{{ lipsum(9) }}", "'lipsum' is undefined"),
    ],
)
def test_what_was_not_given_is_not_reached(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(Unrenderable, match=rf"one\.txt, line 1: .*({message})"):
        rendered(tmp_path, source, who="Anna", items=[1], facts={"a": 0})


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x' * 30000000 }}",
        "{{ 30000000 * ['x'] }}",
        "{{ 'x'.ljust(30000000) }}",
        "{{ '%30000000d' % 1 }}",
        "{{ '%30000000d' | format(1) }}",
        "{{ 'x' | center(30000000) }}",
        "{{ 'x' | indent(30000000) }}",
        "{{ 9 ** 99999999 }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(400) %}{% for b in range(400) %}{% for c in 'xxxx' %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in range(90000) %}nine letters{% endfor %}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{{ range(10 ** 9) }}",
    ],
)
def test_what_grows_or_circles_is_refused_where_it_stands(tmp_path: Path, source: str) -> None:
    with pytest.raises(Unrenderable, match=r"one\.txt"):
        rendered(tmp_path, source)


@pytest.mark.parametrize("source", ["{{ 'ab' | random }}", "{{ '<b>' | safe }}", "{{ 'www.x.example' | urlize }}"])
def test_what_changes_by_chance_or_escapes_no_more_is_not_there(tmp_path: Path, source: str) -> None:
    with pytest.raises(Unrenderable, match=r"one\.txt, line 1: No filter named"):
        rendered(tmp_path, source)


def test_ordinary_sums_and_filters_work(tmp_path: Path) -> None:
    source = "{% for n in range(1, 4) %}{{ n * 2 + 1 }} {% endfor %}{{ 7 % 4 }} {{ items | join(', ') }} {{ 'a' * 3 }}"
    assert rendered(tmp_path, source, items=["x", "y"]) == "3 5 7 3 x, y aaa"
