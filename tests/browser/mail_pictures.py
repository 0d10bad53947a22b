"""Takes the pictures of the mails into .var/screenshots/mails: python -m tests.browser.mail_pictures [WORD …].

Every kind of notice and form in English and German, in light and dark, 390 and 800 px wide, from the facts that
`seventytwo templates check` writes with; the text part lies beside each as a file. A WORD is a language, a scheme, a
width, `empty` (with nothing known, and no logo) or the beginning of a kind. What is too wide, leaves the page or breaks
a rule of axe-core is told at the end, and the status is 1.
"""

import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from incident.drafting import Brief
from incident.notice_kinds import FORMS, KINDS, LOCALES, NoticeKind
from incident.notice_texts import write_filing, write_notice
from incident.queries.previews import INVENTED, Sample
from incident.template_checks import samples_of, samples_of_form
from incident.web.outgoing import EXAMPLE, FRAGMENT, seen_by
from notifications.branding import read_logo
from notifications.filling import with_logo
from notifications.message import Rendered, Text
from notifications.rendering import Templates
from tests import chromium
from tests.browser.accessibility import faults
from tests.browser.screenshots import SCHEMES, Scheme
from tests.pictures import png

FOLDER = Path(__file__).parents[2] / ".var/screenshots/mails"
SHIPPED = Path(__file__).parents[2] / "templates"
WIDTHS = (390, 800)
USUAL = ("en", "de")
EMPTY = "empty"
# A part of something else is no page: it has no title, and what shows it has the landmarks.
OF_A_PAGE = (
    "axe document-title",
    "axe html-has-lang",
    "axe region",
    "axe landmark-one-main",
    "axe page-has-heading-one",
)


@dataclass(frozen=True)
class Picture:
    """One text as one reader gets it; `page` is the HTML as a mail program has it."""

    name: str
    rendered: Rendered
    page: str
    whole: bool


@dataclass(frozen=True)
class Wanted:
    """Which pictures to take."""

    names: tuple[str, ...]
    locales: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    widths: tuple[int, ...]
    empty: bool


def wanted_in(words: Sequence[str]) -> Wanted:
    """What the words of the command line ask for; everything where they name nothing."""
    known = {*LOCALES, *SCHEMES, *map(str, WIDTHS), EMPTY}
    return Wanted(
        names=tuple(word for word in words if word not in known) or ("",),
        locales=tuple(locale for locale in LOCALES if locale in words) or USUAL,
        schemes=tuple(scheme for scheme in SCHEMES if scheme in words) or SCHEMES,
        widths=tuple(width for width in WIDTHS if str(width) in words) or WIDTHS,
        empty=EMPTY in words,
    )


def pictures(templates: Templates, wanted: Wanted) -> Iterator[Picture]:
    """Every kind and form that is written in these languages; a notice also as the reader with the longest name."""
    for kind, locale in itertools.product(KINDS, wanted.locales):
        if kind.startswith(wanted.names) and locale in templates.locales(f"notices/{kind}"):
            yield _notice(templates, kind, locale, wanted)
    for form, locale in itertools.product(FORMS, wanted.locales):
        if form.startswith(wanted.names) and locale in templates.locales(f"filings/{form}"):
            brief = _branded(samples_of_form(form, locale)[wanted.empty].brief, logo=not wanted.empty)
            text = write_filing(templates, form, brief, locale).texts[locale]
            yield _picture(f"{form}-{locale}{'-empty' * wanted.empty}", text, locale, EXAMPLE)


def _notice(templates: Templates, kind: NoticeKind, locale: str, wanted: Wanted) -> Picture:
    brief = _branded(samples_of(kind, locale)[wanted.empty].brief, logo=not wanted.empty)
    text = write_notice(templates, kind, replace(brief, segments={}), (locale,)).texts[locale]
    reader = INVENTED[1] if locale == "de" else EXAMPLE
    return _picture(f"{kind}-{locale}{'-empty' * wanted.empty}", text, locale, reader)


def _branded(brief: Brief, *, logo: bool) -> Brief:
    profile = replace(brief.profile, logo=read_logo(png(180, 48)).uri if logo else "")
    return replace(brief, authoring=replace(brief.authoring, profile=profile))


def _picture(name: str, text: Text, locale: str, reader: Sample) -> Picture:
    rendered = seen_by(reader, text, locale)
    html = with_logo(text, rendered.html)
    whole = "<html" in html
    return Picture(name, rendered, html if whole else FRAGMENT.format(html), whole)


def photograph(
    browser: Browser, picture: Picture, scheme: Scheme, width: int, folder: Path | None = None
) -> Iterator[str]:
    """One picture; returns what is not as it should be. Without a folder nothing is kept."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    page.set_content(picture.page)
    name = f"{picture.name}-{scheme}-{width}"
    if folder:
        page.screenshot(path=folder / f"{name}.png", full_page=True)
    yield from (f"{name}: {said}" for said in _judged(page, picture, width))
    yield from (f"{name}: asks for {url}" for url in asked)
    context.close()


def _judged(page: Page, picture: Picture, width: int) -> Iterator[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"{wide} px wide"
    yield from (said for said in faults(page) if picture.whole or not said.startswith(OF_A_PAGE))


def main(words: Sequence[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted, program = wanted_in(words), chromium.obtain()
    troubles: list[str] = []
    found = list(pictures(Templates([SHIPPED]), wanted))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for picture in found:
            read = f"Subject: {picture.rendered.subject}\n\n{picture.rendered.text}"
            (FOLDER / f"{picture.name}.txt").write_text(read, encoding="utf-8")
            for scheme, width in itertools.product(wanted.schemes, wanted.widths):
                troubles += photograph(browser, picture, scheme, width, FOLDER)
        browser.close()
    sys.stdout.write("".join(f"{line}\n" for line in troubles))
    sys.stdout.write(f"{len(found)} texts; the pictures lie in .var/screenshots/{FOLDER.name}.\n")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
