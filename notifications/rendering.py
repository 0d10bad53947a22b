"""Template files to texts: Jinja2 in a sandbox, strict about absent names, HTML escaped and its styles inlined once."""

import hashlib
import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from css_inline import CSSInliner, InlineError
from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2 import select_autoescape as escaped_by_name
from jinja2.meta import find_referenced_templates

from notifications.blocks import read_blocks
from notifications.filters import filters_for
from notifications.formats import Formats
from notifications.message import Text
from notifications.placeholders import check_placeholders, check_tags, set_apart
from notifications.sandbox import REFUSED_FILTERS, Sandbox, bounded
from notifications.template_files import MAIL, BadFile, files_of

BODY, SUBJECT, HTML, SETTINGS = "body.txt", "subject.txt", "body.html", "notice.toml"
PARTS = (BODY, SUBJECT, HTML, SETTINGS)
SHARED = (
    "notices/credit_bureaus.toml",
    "notices/phrases/consequences.toml",
    "notices/phrases/{locale}.toml",
    "notices/sentences/{locale}.txt",
)
LOGO = "cid:logo"
ABSENT = "is in none of the template folders"
UNDEFINED = re.compile(r"'(\w+)' is undefined")
BLANKS = re.compile(r"\n{3,}")


class Unrenderable(Exception):
    """A template is missing, broken, or asks for what is not there.

    The text names the file, the line and the mend; `path` is below a template folder, `line` 0 where there is none.
    """

    def __init__(self, path: str, message: str, line: int = 0, mend: str = "") -> None:
        where = f"{path}, line {line}" if line else path
        super().__init__(f"{where}: {message}" + (f" ({mend})" if mend else ""))
        self.path, self.line, self.message, self.mend = path, line, message, mend


class Templates:
    """The template folders of an installation, the operator's own before the shipped ones.

    Templates are looked up by their path below a folder, such as "notices/people/en/body.txt"; the first folder that
    has it wins. They see nothing but the slots they are given, `words` (their own notice.toml), `locale`, `direction`,
    `slot(name)` for a placeholder that is filled for each person, and these filters beside Jinja2's own: `number`,
    `day`, `moment`, `clock`, `zone`, `listed`, `reach` for the reader's language and zone; `spans`, `brand`, `logo`
    for pages; and `capitalize_first`.
    """

    def __init__(self, folders: Sequence[Path], *, inlined: bool = True) -> None:
        """`inlined` False leaves styles where they were written, and the HTML as the pages have it, right or wrong."""
        self.folders = tuple(folders)
        self.files = files_of(folders)
        self._environments: dict[Formats, Sandbox] = {}
        inliner = CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
        self._inliner = inliner if inlined else None
        self._references: dict[str, tuple[str | None, ...]] = {}  # by digest of the source

    def locales(self, folder: str) -> tuple[str, ...]:
        """The languages a kind is written in, such as ("de", "en") for "notices/people"."""
        found = {file.parent.name for root in self.folders for file in root.glob(f"{folder}/*/{BODY}")}
        return tuple(sorted(found))

    def words(self, folder: str) -> Mapping[str, object]:
        """The notice.toml of a folder: title, headings, greeting, fallbacks. Raises Unrenderable."""
        return self.document(f"{folder}/{SETTINGS}")

    def document(self, path: str) -> Mapping[str, object]:
        """A TOML file of the template folders. Raises Unrenderable for a missing or broken one."""
        try:
            return self.files.document(path)
        except BadFile as error:
            raise Unrenderable(path, error.message) from error

    def text(self, path: str, slots: Mapping[str, object], formats: Formats) -> str:
        """One template file, rendered. Raises Unrenderable for a missing file, name or a broken template."""
        return self._render(path, slots, formats)

    def notice(
        self, folder: str, slots: Mapping[str, object], formats: Formats, allowed: frozenset[str], page: str = MAIL
    ) -> Text:
        """Subject, text and HTML of one notice in one language, with the allowed placeholders left in.

        The subject is the folder's subject.txt, else the title among its words; the HTML is its body.html, else `page`.
        Raises Unrenderable, also for a placeholder that is not allowed here.
        """
        words = self.words(folder)
        slots = {**slots, "words": words}
        subject = " ".join(self._subject(folder, words, slots, formats).split())
        lines = (line.rstrip() for line in self._render(f"{folder}/{BODY}", slots, formats).splitlines())
        body = BLANKS.sub("\n\n", "\n".join(lines)).strip() + "\n"
        return self.dressed(folder, Text(subject, body), slots, formats, allowed, page)

    def dressed(
        self,
        folder: str,
        text: Text,
        slots: Mapping[str, object],
        formats: Formats,
        allowed: frozenset[str],
        page: str = MAIL,
    ) -> Text:
        """A written subject and text with the HTML made from them; also what a text edited in the console goes through.

        Raises Unrenderable for a placeholder that is not allowed here.
        """
        words = self.words(folder)
        inside = {**slots, "words": words, "subject": text.subject, "blocks": read_blocks(text.text)}
        own = f"{folder}/{HTML}"
        page = own if self.files.has(own) else page
        html = self._inlined(page, self._render(page, inside, formats))
        faults = check_placeholders("subject", text.subject, allowed) + check_placeholders("text", text.text, allowed)
        faults += check_placeholders("html", html, allowed) + check_tags("html", html)
        if faults:
            raise Unrenderable(folder, "; ".join(map(str, faults)))
        fallbacks = words.get("fallbacks")
        return replace(
            text,
            html=set_apart(html),
            greeting=str(words.get("greeting", "")),
            greeting_unnamed=str(words.get("greeting_unnamed", "")),
            fallbacks={str(k): str(v) for k, v in fallbacks.items()} if isinstance(fallbacks, Mapping) else {},
            logo=_logo_in(slots) if LOGO in html else "",
        )

    def digest(self, folder: str) -> str:
        """SHA-256 over every source that a text of this folder can be made from, such as "notices/people/en".

        That is the folder itself, what its templates import or include, the pages of mails, and the phrases and
        sentences of its language, each as these folders resolve it. The facts and the organisation are not in it.
        Raises Unrenderable for a file that cannot be read.
        """
        locale = folder.rpartition("/")[2]
        try:
            paths = self.reached([*(f"{folder}/{part}" for part in PARTS[:3]), *self.files.beneath("mail", ".html")])
            shared = [path.format(locale=locale) for path in SHARED]
            lines = [f"{path} {self.files.digest(path)}" for path in sorted({*paths, f"{folder}/{SETTINGS}"})]
            lines += [f"{path} {' '.join(self.files.digests(path))}" for path in shared]
        except BadFile as error:
            raise Unrenderable(error.path, error.message) from error
        return hashlib.sha256("\n".join([folder, *lines]).encode()).hexdigest()

    def usual(self, kind: str) -> str:
        """What the templates of a kind, such as "notices/people", say in whatever language: words that name nobody.

        Raises Unrenderable for a file that cannot be read.
        """
        folders = [f"{kind}/{locale}" for locale in self.locales(kind)]
        paths = self.reached([f"{folder}/{part}" for folder in folders for part in PARTS[:3]])
        paths |= {f"{folder}/{SETTINGS}" for folder in folders}
        paths |= {path.format(locale=folder.rpartition("/")[2]) for folder in folders for path in SHARED}
        try:
            return "\n".join(self.files.text(path) for path in sorted(paths) if self.files.has(path))
        except BadFile as error:
            raise Unrenderable(error.path, error.message) from error

    def reached(self, paths: Sequence[str]) -> set[str]:
        """These templates and all they refer to; a name that is only known when it is rendered stands for every one.

        Raises Unrenderable for a broken one.
        """
        waiting, reached = list(paths), set[str]()
        while waiting:
            path = waiting.pop()
            if path in reached or not self.files.has(path):
                continue
            reached.add(path)
            for name in self._referred(path):
                waiting += [name] if name else self.files.beneath("", ".txt") + self.files.beneath("", ".html")
        return reached

    def _referred(self, path: str) -> tuple[str | None, ...]:
        digest = self.files.digest(path)
        if digest not in self._references:
            try:
                parsed = self._environment(Formats("en")).parse(self.files.text(path))
            except TemplateSyntaxError as error:
                raise Unrenderable(path, str(error.message), error.lineno) from error
            self._references[digest] = tuple(find_referenced_templates(parsed))
        return self._references[digest]

    def _subject(self, folder: str, words: Mapping[str, object], slots: Mapping[str, object], formats: Formats) -> str:
        path = f"{folder}/{SUBJECT}"
        if self.files.has(path):
            return self._render(path, slots, formats)
        title = words.get("title")
        if not isinstance(title, str) or not title.strip():
            raise Unrenderable(folder, f"there is neither {SUBJECT} nor a title in {SETTINGS}", mend="write one")
        return title

    def _render(self, path: str, slots: Mapping[str, object], formats: Formats) -> str:
        given = {**slots, "locale": formats.locale, "direction": formats.direction}
        try:
            return bounded(self._environment(formats).get_template(path), given)
        except TemplateNotFound as error:
            raise Unrenderable(str(error.name), ABSENT, mend="write it, or refer to one that is there") from error
        except TemplateSyntaxError as error:
            raise Unrenderable(error.name or path, str(error.message), error.lineno) from error
        except UndefinedError as error:
            raise Unrenderable(*self._said(error, path), mend=_nearest(str(error.message), given)) from error
        except (RecursionError, MemoryError) as error:
            raise Unrenderable(path, "it goes round in circles, or grows without end") from error
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise Unrenderable(*self._said(error, path)) from error  # what a template's own sums can raise, too

    def _said(self, error: Exception, path: str) -> tuple[str, str, int]:
        """The template file an error came from, what it says, and the line: Jinja2 gives frames the template's own."""
        frames = reversed(traceback.extract_tb(error.__traceback__))
        for root, frame in ((root, frame) for frame in frames for root in self.folders):
            if frame.filename.startswith(f"{root}/") and frame.filename.endswith((".txt", ".html")):
                return frame.filename.removeprefix(f"{root}/"), str(error), frame.lineno or 0
        return path, str(error), 0

    def _environment(self, formats: Formats) -> Sandbox:
        if formats not in self._environments:
            environment = Sandbox(
                loader=FileSystemLoader(self.folders),
                autoescape=escaped_by_name(["html"]),
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                keep_trailing_newline=True,
            )
            for name in REFUSED_FILTERS:
                del environment.filters[name]
            del environment.globals["lipsum"]
            environment.filters.update(filters_for(formats))
            environment.globals["slot"] = _slot
            self._environments[formats] = environment
        return self._environments[formats]

    def _inlined(self, path: str, html: str) -> str:
        if self._inliner is None or "<html" not in html:
            return html
        try:
            return self._inliner.inline(html)
        except InlineError as error:
            raise Unrenderable(path, f"its styles cannot be inlined: {error}") from error


def _nearest(message: str, given: Mapping[str, object]) -> str:
    """The mend for a name that is not there: the nearest one that is, else all."""
    missing = UNDEFINED.fullmatch(message)
    close = get_close_matches(missing[1], given, n=1) if missing else []
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join(sorted(given))}" if missing else ""


def _slot(name: str) -> str:
    """A placeholder that is filled for each person: slot("greeting") writes {{ greeting }}."""
    return f"{{{{ {name} }}}}"


def _logo_in(slots: Mapping[str, object]) -> str:
    organisation = slots.get("organisation")
    return str(organisation.get("logo", "")) if isinstance(organisation, Mapping) else ""
