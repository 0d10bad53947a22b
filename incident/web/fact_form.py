"""The fact sheet as a form: from a document to fields, and from what was sent back to a document."""

from collections.abc import Iterable, Mapping, Sequence

from starlette.datastructures import FormData

from incident.errors import Fault
from incident.facts.vocabulary import FIELDS, FLAG, NUMBER, SHARE, WORD, WORDS
from incident.web.fact_questions import FLAGS, NO, OWN, ROLE_WORDS, SHARED, UNKNOWN, YES, word_label
from incident.web.views import Choice, DatasetForm, FactField, Problem

Document = Mapping[str, object]
NEW = "new"
SHORT_LIST = 12


def shared_fields(document: Document, faults: Sequence[Fault] = ()) -> tuple[FactField, ...]:
    """The questions every data set shares."""
    return tuple(_field(path, path, label, hint, _at(document, path), faults) for path, label, hint in SHARED)


def dataset_forms(document: Document, faults: Sequence[Fault] = (), *, new: bool = False) -> tuple[DatasetForm, ...]:
    """The questions of each data set; `new` adds an empty one."""
    rows = _rows(document)
    forms = [_dataset(f"datasets.{at}", row, at, faults) for at, row in enumerate(rows)]
    if new:
        forms.append(_dataset(f"datasets.{len(rows)}", {}, len(rows), faults))
    return tuple(forms)


def read_form(form: FormData) -> dict[str, object]:
    """The document a form describes. What nobody answered is left out; odd values stay for the reader to refuse."""
    document: dict[str, object] = {}
    for path, _label, _hint in SHARED:
        _put(document, path, _sent(form, path, path))
    datasets = []
    for at in range(_highest(form) + 1):
        row = _read_dataset(form, f"datasets.{at}")
        if row:
            datasets.append(row)
    return {**document, "datasets": datasets}


def _dataset(prefix: str, row: Document, at: int, faults: Sequence[Fault]) -> DatasetForm:
    own = [fault for fault in faults if fault.field.startswith(f"datasets[{at}].")]
    sections = [("What it is", _identity(prefix, row, own))]
    for title, questions in OWN:
        fields = [_field(f"{prefix}.{path}", path, label, hint, _at(row, path), own) for path, label, hint in questions]
        sections.append((title, tuple(fields)))
    asked = [field for _, fields in sections[1:] for field in fields]
    identity, role = str(row.get("id", "")), str(row.get("role", ""))
    return DatasetForm(
        id=identity or NEW,
        title=str(row.get("title", "")),
        role=role.replace("_", "-"),
        sections=tuple(sections),
        answered=sum(field.answered for field in asked),
        asked=len(asked),
        new=not row,
    )


def _identity(prefix: str, row: Document, faults: Sequence[Fault]) -> tuple[FactField, ...]:
    customers = row.get("controllers")
    lines = "\n".join(map(str, customers)) if isinstance(customers, list | tuple) else ""
    role = str(row.get("role", ""))
    roles = tuple(Choice(word, label, word == role) for word, label in ROLE_WORDS.items())
    known = customers is not None

    def text(name: str, label: str, hint: str) -> FactField:
        value = str(row.get(name, ""))
        return FactField(
            f"{prefix}.{name}", name, label, "text", value, hint=hint, answered=True, problem=_of(name, faults)
        )

    return (
        text("id", "Short id", "In a-z, 0-9, - and _, such as accounts. It stays."),
        text("title", "Name", "As people call this body of data."),
        FactField(f"{prefix}.role", "role", "Our role", "word", role, roles, "", bool(role), _of("role", faults)),
        FactField(
            f"{prefix}.controllers", "controllers", "Customers whose data it is", "long", lines,
            hint="The host's ids, one a line. Only where we process for customers.",
            answered=known or role in ("controller", ""),
            problem=_of("controllers", faults),
        ),
    )  # fmt: skip


def _field(name: str, path: str, label: str, hint: str, value: object, faults: Sequence[Fault]) -> FactField:
    problem = _of(path, faults)
    if path == "reach":
        people = value if isinstance(value, Mapping) else {}
        lines = "\n".join(f"{code} = {'unknown' if number is None else number}" for code, number in people.items())
        return FactField(name, path, label, "long", lines, (), hint, value is not None, problem)
    kind = FIELDS[path]
    if kind.shape == FLAG:
        said = {True: YES, False: NO}.get(value, UNKNOWN) if isinstance(value, bool) else UNKNOWN
        choices = tuple(Choice(word, text, word == said) for word, text in FLAGS)
        return FactField(name, path, label, "flag", said, choices, hint, isinstance(value, bool), problem)
    if kind.shape in (WORD, WORDS):
        chosen = {value} if isinstance(value, str) else set(value if isinstance(value, list | tuple) else ())
        choices = tuple(Choice(word, word_label(word), word in chosen) for word in kind.words)
        shape = "words" if kind.shape == WORDS else "word"
        if shape == "word":
            choices = (*choices, Choice("", "Not known yet", value is None))
        return FactField(name, path, label, shape, "", choices, hint, value is not None, problem)
    text = "" if value is None else str(value)
    return FactField(name, path, label, "number", text, (), hint, value is not None, problem)


def _read_dataset(form: FormData, prefix: str) -> dict[str, object]:
    row: dict[str, object] = {}
    for name in ("id", "title", "role"):
        value = _text(form, f"{prefix}.{name}")
        if value:
            row[name] = value
    customers = _text(form, f"{prefix}.controllers").split()
    if customers:
        row["controllers"] = customers
    for _title, questions in OWN:
        for path, _label, _hint in questions:
            _put(row, path, _sent(form, f"{prefix}.{path}", path))
    return row if {*row} - {"role"} else {}


def _sent(form: FormData, name: str, path: str) -> object:
    if path == "reach":
        return _reach(_text(form, name))
    kind = FIELDS[path]
    if kind.shape == WORDS:
        return [str(value) for value in form.getlist(name)] or None
    text = _text(form, name)
    if kind.shape == FLAG:
        return {YES: True, NO: False}.get(text)
    if not text:
        return None
    return _number(text) if kind.shape in (NUMBER, SHARE) else text


def _number(text: str) -> object:
    plain = text.replace("\u202f", "").replace(" ", "").replace(",", "")
    try:
        return int(plain)
    except ValueError:
        try:
            return float(plain)
        except ValueError:
            return text


def _reach(text: str) -> dict[str, object] | None:
    reach: dict[str, object] = {}
    for line in text.splitlines():
        code, _, number = line.partition("=")
        if code.strip():
            value = number.strip()
            reach[code.strip().upper()] = None if value in ("", "unknown", "?") else _number(value)
    return reach or None


def _rows(document: Document) -> list[Document]:
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


def _put(document: dict[str, object], path: str, value: object) -> None:
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


def _of(path: str, faults: Iterable[Fault]) -> Problem | None:
    """The first thing wrong with a fact or with something inside it, such as one country of `reach`."""
    for fault in faults:
        name = fault.field.rpartition("].")[2]
        if name == path or name.startswith((f"{path}.", f"{path}[")):
            return Problem(fault.field, fault.message, fault.mend)
    return None
