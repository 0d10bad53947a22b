"""The HTML of a notice is well formed, fetches and runs nothing, and says its language and its headings in order."""

import pytest

from incident.template_checks import markup_faults

HEAD = '<head><meta charset="utf-8"><style>p {{ margin: 0 }}</style></head>'
WHOLE = f'<html lang="en" dir="ltr">{HEAD}<body>{{}}</body></html>'
PART = '<div lang="en" dir="ltr">{}</div>'


@pytest.mark.parametrize(
    "inside",
    [
        "<h1>Title</h1><h2>Heading</h2><p>Text<br>and <a href='https://harbour.example/help'>help</a></p>",
        '<h1>T</h1><p><a href="mailto:privacy@harbour.example">mail</a> <a href="tel:+4930">call</a></p>',
        '<img src="cid:logo" alt="Harbour" width="12" height="6"><h1>T</h1><dl><dt>a</dt><dd>b</dd></dl>',
        '<h1>T</h1><p style="color:#123456">&lt;script&gt; 5 &lt; 6 &amp; url(x)</p>',
    ],
)
def test_what_a_notice_is_made_of_holds(inside: str) -> None:
    assert markup_faults(WHOLE.format(inside), whole=True) == ()


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ('<img src="https://tracker.example/p.gif" alt="x">', "fetches 'https://tracker.example/p.gif'"),
        ('<img src="cid:other" alt="x">', "fetches"),
        ('<img src="data:image/svg+xml;base64,AA" alt="x">', "fetches"),
        ('<img src="cid:logo" srcset="https://x.example/a.png 2x" alt="x">', "<img srcset> fetches"),
        ('<img src="cid:logo">', "no alt"),
        ('<img src="cid:logo" alt=" ">', "no alt"),
        ('<td background="https://x.example/a.png">a</td>', "fetches"),
        ("<link rel='stylesheet' href='https://x.example/a.css'>", "<link> has no place"),
        ("<script>x()</script>", "<script> has no place"),
        ("<form action='https://x.example'></form>", "<form> has no place"),
        ("<iframe></iframe>", "<iframe> has no place"),
        ("<p onclick='x()'>a</p>", "runs script"),
        ('<a href="javascript:x()">a</a>', "leads to"),
        ('<a href="http://harbour.example">a</a>', "leads to"),
        ('<p style="background:url(https://x.example/a.png)">a</p>', "style of <p> fetches"),
        ("<style>@import 'https://x.example/a.css';</style>", "a style fetches"),
        ('<meta http-equiv="refresh" content="0;https://x.example">', "leads away"),
        ("<p><b>a</p></b>", "stands where </b> is due"),
        ("<p>a</div>", "stands where </p> is due"),
        ("<h3>deep</h3>", "skips a level"),
        ("<h1>again</h1>", "more than one <h1>"),
    ],
)
def test_what_a_notice_must_not_hold_is_named(inside: str, message: str) -> None:
    assert any(message in fault for fault in markup_faults(WHOLE.format(f"<h1>T</h1>{inside}"), whole=True))


def test_language_and_title_are_wanted() -> None:
    assert markup_faults("<p>a</p>", whole=False) == (
        'nothing says the language: write lang="{{ locale }}" and dir="{{ direction }}"',
    )
    assert any("no <h1>" in fault for fault in markup_faults(WHOLE.format("<h2>a</h2>"), whole=True))
    assert markup_faults(PART.format("<h2>a</h2>"), whole=False) == ()
    assert any("never closed" in fault for fault in markup_faults(PART.format("<p>a</p>")[:-6], whole=False))
