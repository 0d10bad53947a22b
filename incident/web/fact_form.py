"""The fact sheet as a form: from a document to fields, and from what was sent back to a document."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from starlette.datastructures import FormData

from incident.errors import Fault
from incident.facts import unknown_sheet
from incident.facts.reading import REGION
from incident.facts.vocabulary import FIELDS, FLAG, MOMENT, NUMBER, SHARE, WORD, WORDS
from incident.law.circumstances import Organisation
from incident.web.dataset_ids import give_ids
from incident.web.fact_faults import problem_of
from incident.web.fact_moments import moment_sent
from incident.web.fact_questions import (
    FLAGS,
    NO,
    OWN,
    ROLE_WORDS,
    SHARED,
    UNKNOWN,
    YES,
    Asked,
    grouped,
    said,
    word_label,
)
from incident.web.views import Choice, DatasetForm, FactField
from incident.web.words import our_role
from notifications.countries import country_named
from notifications.wording import worded

Document = Mapping[str, object]
Part = tuple[str, tuple[FactField, ...]]
NEW = "new"
TYPED: Mapping[str, str] = {NUMBER: "number", SHARE: "number", MOMENT: "moment"}  # shape of a fact → kind of field
UNNAMED = next((one.id, one.title) for one in unknown_sheet().datasets)
STATED = worded("The settings say: {answer}. Answer here only what is otherwise in this incident.")
NONE = "none of these"  # an answer to a list of words; nothing chosen is none


def shared_parts(document: Document, faults: Sequence[Fault] = (), *, single: bool = False) -> tuple[Part, ...]:
    """The questions every data set shares, by section; `single`: those that only single laws ask."""
    return tuple(
        (section.title, tuple(field_of(one, one.path, _at(document, one.path), faults) for one in section.facts))
        for section in SHARED
        if section.single is single
    )


def with_settings(parts: Iterable[Part], organisation: Organisation) -> tuple[Part, ...]:
    """The shared questions; one that the settings of the installation answer says so, and is not open any more."""
    stated = {"organisation.establishment": organisation.establishment, "organisation.sectors": organisation.sectors}

    def field(one: FactField) -> FactField:
        value = stated.get(one.path)
        if one.answered or value is None:
            return one
        answer = said(one.path, value) if value else worded("None of these")
        return replace(one, hint=worded(STATED, answer=answer), answered=True)

    return tuple((title, tuple(map(field, fields))) for title, fields in parts)


def dataset_forms(document: Document, faults: Sequence[Fault] = (), *, new: bool = False) -> tuple[DatasetForm, ...]:
    """The questions of each data set; `new` adds an empty one."""
    rows = rows_of(document)
    forms = [_dataset(f"datasets.{at}", row, at, faults) for at, row in enumerate(rows)]
    if new:
        forms.append(_dataset(f"datasets.{len(rows)}", {}, len(rows), faults))
    return tuple(forms)


def read_form(form: FormData, zone: str) -> dict[str, object]:
    """The document a form describes. What nobody answered is left out; odd values stay for the reader to refuse."""
    document: dict[str, object] = {}
    for one in (one for section in SHARED for one in section.facts):
        put(document, one.path, read_answer(one.path, _texts(form, one.path), zone))
    datasets: list[dict[str, object]] = []
    for at in range(_highest(form) + 1):
        row = _read_dataset(form, f"datasets.{at}", zone)
        if row:
            datasets.append(row)
    give_ids(datasets)
    return {**document, "datasets": datasets}


def read_answer(path: str, texts: Sequence[str], zone: str) -> object:
    """What one question was answered in a zone; None: nothing. Odd values stay for the reader of sheets to refuse."""
    text = texts[0].strip() if texts else ""
    if path == "reach":
        return typed_reach(text)
    if path == "controllers":
        said = " ".join(texts)
        return [] if said.strip() == NONE else list(dict.fromkeys(said.split())) or None
    kind = FIELDS[path]
    if kind.shape == WORDS:
        return [] if list(texts) == [NONE] else list(texts) or None
    if kind.shape == FLAG:
        return {YES: True, NO: False}.get(text)
    if not text:
        return None
    if kind.shape == MOMENT:
        return moment_sent(text, zone)
    return _number(text) if kind.shape in (NUMBER, SHARE) else text


def field_of(asked: Asked, name: str, value: object, faults: Sequence[Fault] = ()) -> FactField:
    """One question as a field of a form, with what is answered now."""
    path, problem, answered = asked.path, problem_of(asked.path, faults), value is not None

    def field(shape: str, text: str = "", choices: tuple[Choice, ...] = ()) -> FactField:
        return FactField(name, path, asked.ask, shape, text, choices, asked.hint, answered, problem)

    if path in ("reach", "controllers"):
        return field("long", lines(value))
    kind = FIELDS[path]
    if kind.shape == FLAG:
        marked = {True: YES, False: NO}.get(value, UNKNOWN) if isinstance(value, bool) else UNKNOWN
        return field("flag", marked, tuple(Choice(word, text, word == marked) for word, text in FLAGS))
    if kind.shape == WORDS:
        chosen = set(value if isinstance(value, list | tuple) else ())
        words = tuple(Choice(word, word_label(word, path), word in chosen) for word in _ordered(kind.words, path))
        return field("words", choices=(*words, Choice(NONE, worded("None of these"), answered and not chosen)))
    if kind.shape == WORD:
        words = tuple(
            Choice(word, word_label(word, path), word == value, group=group)
            for group, word in grouped(path, kind.words)
        )
        return field("word", choices=(*words, Choice("", worded("Not known yet"), not answered)))
    return field(TYPED.get(kind.shape, "text"), "" if value is None else str(value))


def _ordered(words: Sequence[str], path: str) -> Sequence[str]:
    """Words as the vocabulary has them; those of many countries by country, what holds everywhere first."""
    labels = {word: word_label(word, path) for word in words}
    if not any(": " in label for label in labels.values()):
        return words
    return sorted(words, key=lambda word: (": " in labels[word], labels[word]))


def _dataset(prefix: str, row: Document, at: int, faults: Sequence[Fault]) -> DatasetForm:
    own = [fault for fault in faults if fault.field.startswith(f"datasets[{at}].")]

    def parts(*, single: bool) -> tuple[Part, ...]:
        return tuple(
            (
                section.title,
                tuple(field_of(one, f"{prefix}.{one.path}", _at(row, one.path), own) for one in section.facts),
            )
            for section in OWN
            if section.single is single
        )

    usual = parts(single=False)
    asked = [field for _, fields in usual for field in fields]
    identity, role = str(row.get("id", "")), str(row.get("role", ""))
    return DatasetForm(
        id=identity or NEW,
        title=str(row.get("title", "")),
        role=our_role(role),
        sections=((worded("What it is"), _identity(prefix, row, own)), *usual),
        answered=sum(field.answered for field in asked),
        asked=len(asked),
        new=not row,
        unnamed=_is_unnamed(row),
        single=parts(single=True),
    )


def _is_unnamed(row: Document) -> bool:
    """Whether nobody has named this data set: it stands in for the first one, and its name is no name to be kept."""
    return (row.get("id"), row.get("title")) == UNNAMED


def _identity(prefix: str, row: Document, faults: Sequence[Fault]) -> tuple[FactField, ...]:
    customers = row.get("controllers")
    role = str(row.get("role", ""))
    roles = tuple(Choice(word, label, word == role) for word, label in ROLE_WORDS.items())
    known = customers is not None
    shown = {**row, "title": ""} if _is_unnamed(row) else row

    def text(name: str, label: str, hint: str) -> FactField:
        value, problem = str(shown.get(name, "")), problem_of(name, faults)
        return FactField(f"{prefix}.{name}", name, label, "text", value, hint=hint, answered=True, problem=problem)

    return (
        text("title", worded("Name"), worded("It stands in the notices as it is typed, in every language.")),
        text("id", worded("Short id"), worded("Letters, digits, - and _. Left empty: made of the name. It stays.")),
        text("entity", worded("Legal entity"), worded("Whose data it is: chosen, or a new id; empty: the first.")),
        FactField(
            f"{prefix}.role", "role", worded("Our role"), "word",
            role, roles, "", bool(role), problem_of("role", faults),
        ),
        FactField(
            f"{prefix}.controllers", "controllers", worded("Customers whose data it is"), "long", lines(customers),
            hint=worded(
                "Their ids in the register of customers, one a line, if we process for them; “{none}” is an answer.",
                none=NONE,
            ),
            answered=known or role in ("controller", ""),
            problem=problem_of("controllers", faults),
        ),
    )  # fmt: skip


def lines(value: object) -> str:
    """A list or a count of people by place, one a line."""
    if isinstance(value, Mapping):
        return "\n".join(f"{code} = {'unknown' if number is None else number}" for code, number in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value)) or NONE
    return ""


def _read_dataset(form: FormData, prefix: str, zone: str) -> dict[str, object]:
    row: dict[str, object] = {}
    for name in ("id", "title", "entity", "role"):
        value = _text(form, f"{prefix}.{name}")
        if value:
            row[name] = value
    if (row.get("id"), row.get("title")) == (UNNAMED[0], None):
        row["title"] = UNNAMED[1]
    put(row, "controllers", read_answer("controllers", _texts(form, f"{prefix}.controllers"), zone))
    for one in (one for section in OWN for one in section.facts):
        put(row, one.path, read_answer(one.path, _texts(form, f"{prefix}.{one.path}"), zone))
    return row if {*row} - {"role"} else {}


def _number(text: str) -> object:
    plain = text.replace("\u202f", "").replace(" ", "").replace(",", "")
    try:
        return int(plain)
    except ValueError:
        try:
            return float(plain)
        except ValueError:
            return text


ANOTHER = re.compile(r"[\r\n;]+|,(?=[^,;=\r\n]*=)")  # a line of its own, or one after the other: DE = 120, FR = 3


def typed_reach(text: str) -> dict[str, object] | None:
    """Lines such as "DE = 120" or "Germany = 120" by their codes.

    What is neither stays as it was typed, for whoever mends it; so do the numbers of two lines of one country.
    """
    reach: dict[str, object] = {}
    for line in ANOTHER.split(text):
        code, _, number = line.partition("=")
        if code.strip():
            value = number.strip()
            typed, known = code.strip(), code.strip().upper()
            place = known if REGION.fullmatch(known) else country_named(typed)
            people = None if value in ("", "unknown", "?") else _number(value)
            reach[place] = f"{reach[place]} + {value}" if place in reach else people
    return reach or None


def rows_of(document: Document) -> list[Document]:
    """The data sets of a document."""
    rows = document.get("datasets")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []


def _highest(form: FormData) -> int:
    numbers = [name.split(".")[1] for name in form if name.startswith("datasets.")]
    return min(max((int(number) for number in numbers if number.isdigit()), default=-1), 50)


def _at(document: Document, path: str) -> object:
    value: object = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def put(document: dict[str, object], path: str, value: object) -> None:
    """Lay an answer into a document at its dotted path; None says nothing."""
    if value is None:
        return
    *sections, name = path.split(".")
    inner = document
    for section in sections:
        inner = inner.setdefault(section, {})  # type: ignore[assignment]
    inner[name] = value


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]
