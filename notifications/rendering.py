"""Template files to texts: Jinja2 in a sandbox, strict about absent names, HTML escaped and its styles inlined once."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.blocks import read_blocks, spans
from notifications.formats import Formats
from notifications.message import Text
from notifications.placeholders import check_placeholders, check_tags

PARTS = ("subject.txt", "body.txt", "body.html")
SETTINGS = "notice.toml"
LARGEST = 256 * 1024
BLANKS = re.compile(r"\n{3,}")


class Unrenderable(Exception):
    """A template is missing, broken, or asks for what is not there. The text names the file and the mend."""


class Templates:
    """The template folders of an installation, the operator's own before the shipped ones.

    Templates are looked up by their path below a folder, such as "notices/people/en/body.txt"; the first folder that
    has it wins. They see nothing but the slots they are given, `words` (their own notice.toml) and these filters:
    `number`, `day`, `moment`, `clock`, `zone`, `listed`, `reach` for the reader's language and zone; `spans`; and
    `capitalize_first`.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._environments: dict[Formats, ImmutableSandboxedEnvironment] = {}
        self._inliner = CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)

    def locales(self, folder: str) -> tuple[str, ...]:
        """The languages a kind is written in, such as ("de", "en") for "notices/people"."""
        found = {file.parent.name for root in self.folders for file in root.glob(f"{folder}/*/body.txt")}
        return tuple(sorted(found))

    def words(self, folder: str) -> Mapping[str, object]:
        """The notice.toml of a folder: headings, greeting, fallbacks. Raises Unrenderable."""
        return self.document(f"{folder}/{SETTINGS}")

    def document(self, path: str) -> Mapping[str, object]:
        """A TOML file of the template folders. Raises Unrenderable for a missing or broken one."""
        for root in self.folders:
            file = root / path
            if file.is_file():
                try:
                    return tomllib.loads(file.read_text(encoding="utf-8"))
                except tomllib.TOMLDecodeError as error:
                    raise Unrenderable(f"{path}: {error}") from error
        raise Unrenderable(f"{path} is in none of the template folders")

    def text(self, path: str, slots: Mapping[str, object], formats: Formats) -> str:
        """One template file, rendered. Raises Unrenderable for a missing file, name or a broken template."""
        return self._render(path, slots, formats)

    def notice(self, folder: str, slots: Mapping[str, object], formats: Formats, allowed: frozenset[str]) -> Text:
        """Subject, text and HTML of one notice in one language, with the allowed placeholders left in.

        Raises Unrenderable, also for a placeholder that is not allowed here.
        """
        words = self.words(folder)
        slots = {**slots, "words": words}
        subject = " ".join(self._render(f"{folder}/subject.txt", slots, formats).split())
        body = BLANKS.sub("\n\n", self._render(f"{folder}/body.txt", slots, formats)).strip() + "\n"
        return self.dressed(folder, Text(subject, body), slots, formats, allowed)

    def dressed(
        self, folder: str, text: Text, slots: Mapping[str, object], formats: Formats, allowed: frozenset[str]
    ) -> Text:
        """A written subject and text with the HTML made from them; also what a text edited in the console goes through.

        Raises Unrenderable for a placeholder that is not allowed here.
        """
        words = self.words(folder)
        inside = {**slots, "words": words, "subject": text.subject, "blocks": read_blocks(text.text)}
        html = self._inlined(self._render(f"{folder}/body.html", inside, formats))
        faults = check_placeholders("subject", text.subject, allowed) + check_placeholders("text", text.text, allowed)
        faults += check_placeholders("html", html, allowed) + check_tags("html", html)
        if faults:
            raise Unrenderable(f"{folder}: " + "; ".join(map(str, faults)))
        fallbacks = words.get("fallbacks")
        return Text(
            text.subject,
            text.text,
            html,
            str(words.get("greeting", "")),
            str(words.get("greeting_unnamed", "")),
            {str(k): str(v) for k, v in fallbacks.items()} if isinstance(fallbacks, Mapping) else {},
        )

    def _render(self, path: str, slots: Mapping[str, object], formats: Formats) -> str:
        try:
            rendered = self._environment(formats).get_template(path).render(locale=formats.locale, **slots)
        except TemplateNotFound as error:
            raise Unrenderable(f"{error.name} is in none of the template folders") from error
        except TemplateError as error:
            line = f", line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
            raise Unrenderable(f"{path}{line}: {error.message}") from error
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # what a template's own sums can raise
            raise Unrenderable(f"{path}: {error}") from error
        if len(rendered) > LARGEST:
            raise Unrenderable(f"{path} renders to {len(rendered)} characters, more than {LARGEST}")
        return rendered

    def _environment(self, formats: Formats) -> ImmutableSandboxedEnvironment:
        if formats not in self._environments:
            environment = ImmutableSandboxedEnvironment(
                loader=FileSystemLoader(self.folders),
                autoescape=select_autoescape(["html"]),
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                keep_trailing_newline=True,
            )
            environment.filters.update(_filters(formats))
            self._environments[formats] = environment
        return self._environments[formats]

    def _inlined(self, html: str) -> str:
        return self._inliner.inline(html) if "<html" in html else html


def _filters(formats: Formats) -> dict[str, Callable[..., object]]:
    return {
        "number": formats.number,
        "clock": formats.clock,
        "zone": formats.zone_of,
        "day": formats.day,
        "moment": formats.moment,
        "listed": formats.listed,
        "reach": formats.reach,
        "spans": spans,
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
    }
