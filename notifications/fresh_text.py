"""The new text of an answer: earlier mails it quotes, signature and mobile footers taken off. Eight languages.

Each rule looks at one line or a few, so that the time is linear in the length, whatever somebody sends.
"""

import re
from dataclasses import dataclass

LONGEST = 10_000  # characters that are kept
LARGEST = 100_000  # characters that are looked at
MOST_LINES = 2000
LONGEST_LINE = 12_000
QUOTE = re.compile(r"\s*(>|\|\s|&gt;)")
VERBS = (
    r"wrote|writes|schrieb|schrieben|a écrit|écrit|escribió|escribio|ha scritto|scrive|schreef|napisał|napisała|"
    r"napisał\(a\)|pisze|escreveu"
)
WROTE = re.compile(rf".*(?:{VERBS})(?:\s+[^:]{{1,200}})?\s*:\s*\Z", re.I)
OPENING = re.compile(r"(?:On|Am|Le|El|Il|Op|W dniu|Dnia|Em|Den|Wiadomość|\d{4}-\d\d-\d\d|\w{2,4}\.?,? \d)\b", re.I)
FIELDS = {
    "from": r"from|von|de|da|van|od|nadawca|remitente|mittente|expéditeur|afzender",
    "rest": r"sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|date|à|objet|enviado(?: el)?|fecha|para|asunto|"
    r"inviato|data|a|oggetto|verzonden|aan|onderwerp|wysłano|data|do|temat|enviada(?: em)?|assunto|reply-to|antwort an",
}
FROM_LINE = re.compile(rf"[\s*_]*(?:{FIELDS['from']})[\s*_]*:[\s*_]*\S", re.I)
FIELD_LINE = re.compile(rf"[\s*_]*(?:{FIELDS['rest']})[\s*_]*:", re.I)
MARK = re.compile(
    r"\s*[-_=*]{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|originalnachricht|"
    r"weitergeleitete nachricht|message d'origine|message original|message transféré|mensaje original|"
    r"mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|origineel bericht|"
    r"doorgestuurd bericht|wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|mensagem original|"
    r"mensagem encaminhada)\s*[-_=*]{2,}\s*\Z",
    re.I,
)
RULE = re.compile(r"\s*_{20,}\s*\Z")
SIGNATURE = re.compile(r"--\s?\Z")
FOOTER = re.compile(
    r"\s*(?:sent from my|sent with|sent from|get outlook for|von meinem .{1,30} gesendet|gesendet von|"
    r"diese nachricht wurde von meinem|envoyé de mon|envoyé depuis|télécharger outlook|enviado desde mi|enviado desde|"
    r"obtener outlook|inviato da|ottieni outlook|verzonden vanaf mijn|verstuurd vanaf|outlook voor|wysłane z|"
    r"wysłano z|pobierz outlook|enviado do meu|obter o outlook)\b.{0,80}\Z",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is new in a mail. `quoted`: an earlier mail was taken off; `cut`: the rest is longer than what is kept."""

    text: str
    quoted: bool = False
    cut: bool = False


def fresh_in(text: str) -> Fresh:
    """What somebody wrote above, below or between what they quote; "" where nothing of it is new."""
    lines = [line[:LONGEST_LINE].rstrip() for line in text[:LARGEST].replace("\r\n", "\n").split("\n")]
    kept, quoted = _unquoted(lines[:MOST_LINES])
    kept = [line for line in _unsigned(kept) if not FOOTER.match(line)]
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return Fresh(said[:LONGEST], quoted, len(said) > LONGEST or len(lines) > MOST_LINES or len(text) > LARGEST)


def _unquoted(lines: list[str]) -> tuple[list[str], bool]:
    kept: list[str] = []
    quoted, at = False, 0
    while at < len(lines):
        if QUOTE.match(lines[at]):
            quoted, at = True, at + 1
            continue
        if _begins_earlier(lines, at):
            return kept, True
        if length := _attribution(lines, at):
            if not _is_quote(lines, at + length):
                return kept, True
            quoted, at = True, at + length
            continue
        kept.append(lines[at])
        at += 1
    return kept, quoted


def _begins_earlier(lines: list[str], at: int) -> bool:
    """Whether an earlier mail begins here with its header, as Outlook puts it, and goes on to the end."""
    if MARK.match(lines[at]):
        return True
    below = [line for line in lines[at : at + 8] if line.strip()]
    if RULE.match(lines[at]):
        below = below[1:]
    if not below or not FROM_LINE.match(below[0]):
        return False
    return sum(bool(FIELD_LINE.match(line)) for line in below[1:5]) >= (1 if RULE.match(lines[at]) else 2)


def _attribution(lines: list[str], at: int) -> int:
    """How many lines the "On … wrote:" takes that begins here; 0 for none."""
    if not lines[at].strip():
        return 0
    joined = ""
    for length in (1, 2, 3):
        piece = lines[at + length - 1 : at + length]
        if not piece or not piece[0].strip() or QUOTE.match(piece[0]):
            return 0
        joined = " ".join([joined, *piece[0].split()]).strip()  # in a long row of blanks `WROTE` would lose itself
        if joined.endswith(":") and WROTE.match(joined):
            dated = bool(re.search(r"\d", joined)) and ("@" in joined or bool(OPENING.match(joined)))
            return length if dated or _is_quote(lines, at + length) else 0
        if not OPENING.match(joined) or len(joined) > 600:
            return 0
    return 0


def _is_quote(lines: list[str], at: int) -> bool:
    """Whether the next line that says something is a quoted one."""
    following = next((line for line in lines[at : at + 4] if line.strip()), "")
    return bool(QUOTE.match(following))


def _unsigned(lines: list[str]) -> list[str]:
    """Without what stands below a line of two dashes (RFC 3676 §4.3), unless nothing stands above it."""
    for at, line in enumerate(lines):
        if SIGNATURE.match(line) and any(above.strip() for above in lines[:at]):
            return lines[:at]
    return lines
