"""Words of the code in what the system wrote on a timeline, as the pages call them; the record itself stays. Pure."""

import re

from babel.core import Locale, UnknownLocaleError

from incident.notice_kinds import TITLES
from incident.phases import Guard, Phase
from incident.web.fact_questions import ASKED, WORDS, question, word_label
from incident.web.words import FORMS, GUARDS, PHASES, moment_title

NOTICE = re.compile(r"\b([Nn]otice) \(([a-z-]+)\)")
FACT = re.compile(r"\b([a-z]+(?:\.[a-z_]+)+) = ([a-z_]+)\b")
MOMENT = re.compile(r"^([a-z_]+)(?=: \d{4}-)")
DRAFTED = re.compile(r"(?<= from facts version )(\d+) in ([\w-]+(?:, [\w-]+)*)\.")
GETS = r"([\w-]+)( \([\d,]+\) get )([\w-]+)"
OTHER = re.compile(rf"(?<= another language than theirs: ){GETS}(?:, {GETS})*(?=\.)")
EDITED = re.compile(r"(?<= edited in )([a-z]{2}(?:-[A-Z]{2})?)\.")
FILING = re.compile(r"^Filing (drafted|edited|discarded) \(([a-z0-9-]+), ([a-zA-Z-]+)\)")
STEPS = "|".join(PHASES)
MOVED = re.compile(rf"^({STEPS}) → ({STEPS})(?:; passed without ([a-z, ]+?))?(?=[:.])")
TOLD = re.compile(r"(?<= told by )email(?=; \d)")
SAVED = re.compile(r"^Facts saved as version \d+: ")
CHANGE = re.compile(r"(?<=[:;] )(?:datasets\.([\w-]+)\.)?([a-z]+(?:\.[a-z_]+)*): ([^;→]*) → ([^;]*)")
OWN = re.compile(r"^Own figures of .+ (?:recorded|changed): ")
WINDOW = re.compile(r"(?<=; )own window(?=[;.])")
LOGS = re.compile(r"(?<=; )logs (complete|partial|absent)(?=\.$)")
KEPT = {"complete": "cover the whole time", "partial": "cover a part of the time", "absent": "do not exist"}
KINDS = {kind.value.replace("_", "-"): str(title) for kind, title in TITLES.items()}


def entry_in_words(text: str) -> str:
    """A line of the system without code words: notices, facts with their answers and moments by their names."""
    text = MOMENT.sub(lambda found: str(moment_title(found[1])), text)
    text = DRAFTED.sub(lambda found: f"{found[1]} in {_languages(found[2])}.", text)
    text = EDITED.sub(lambda found: f"{_languages(found[1])}.", text)
    text = OTHER.sub(lambda found: re.sub(GETS, _gets, found[0]), text)
    text = FILING.sub(_filed, text)
    text = TOLD.sub("e-mail", MOVED.sub(_moved, text))
    text = CHANGE.sub(_changed, text) if SAVED.match(text) else text
    if OWN.match(text):
        text = WINDOW.sub("a time of access of their own", text)
        text = LOGS.sub(lambda found: f"access logs {KEPT[found[1]]}", text)
    return FACT.sub(_answered, NOTICE.sub(_named, text))


def _languages(tags: str) -> str:
    """Languages by their English names; a tag that is none stays."""
    return ", ".join(_language(tag) for tag in tags.split(", "))


def _language(tag: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (ValueError, UnknownLocaleError):
        return tag


def _gets(found: re.Match[str]) -> str:
    """Whose language is another than the one they get, both by their names."""
    return f"{_language(found[1])}{found[2]}{_language(found[3])}"


def _filed(found: re.Match[str]) -> str:
    form = FORMS.get(found[2])
    what = f"“{form}”" if form else found[2]
    end = "," if found[1] == "drafted" else ""
    return f"Filing {found[1]}: {what}, in {_language(found[3])}{end}"


def _moved(found: re.Match[str]) -> str:
    """A move from one phase to another, and what did not hold then."""
    passed = ", ".join(str(GUARDS[Guard(one)]) for one in found[3].split(", ")) if found[3] else ""
    text = f"{PHASES[Phase(found[1])]} → {PHASES[Phase(found[2])]}"
    return f"{text}; passed without: {passed}" if passed else text


def _changed(found: re.Match[str]) -> str:
    """A fact that was answered otherwise, of all data or of one data set."""
    dataset, path, before, after = found.groups()
    if path not in ASKED:
        return found[0]
    of = f" ({dataset})" if dataset else ""
    return f"“{question(path)}”{of}: {_answers(before, path)} → {_answers(after, path)}"


def _answers(text: str, path: str) -> str:
    """Answers as they were written down; what is no word of the vocabulary stays."""
    known = WORDS.get(path, {})
    return ", ".join(str(known.get(word, word)) for word in text.split(", "))


def _named(found: re.Match[str]) -> str:
    title = KINDS.get(found[2])
    if title is None:
        return found[0]
    return f"“{title}”" if found[1] == "Notice" else f"{found[1]} “{title}”"


def _answered(found: re.Match[str]) -> str:
    path, word = found[1], found[2]
    return f"“{question(path)}”: {word_label(word, path)}" if path in ASKED else found[0]
