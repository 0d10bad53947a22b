"""The mail that is sent: a German breach notice as text and HTML, about 6 KB, five values in nine places.

The placeholders are those of the product and of Jinja2 alike, so that every candidate fills the same text.
"""

from notifications.audience import NewMember
from notifications.message import Text

SENDER = "sicherheit@sender.example"
SENDER_NAME = "Musterdienst GmbH"
LOCALE = "de"
SUBJECT = "Ihre Daten bei uns: was geschehen ist und was Sie tun können"
PARAGRAPHS = (
    "Guten Tag {{ name }},",
    "am {{ seen_on }} haben wir festgestellt, dass Unbefugte auf Daten Ihres Kontos {{ account }} zugreifen "
    "konnten. Wir erklären Ihnen hier, was geschehen ist, welche Daten betroffen sind und wie Sie sich "
    "schützen können.",
    "Eine Ablage für Rechnungen war durch eine fehlerhafte Einstellung öffentlich zugänglich. Der Zugriff ist "
    "seit dem {{ closed_on }} gesperrt; Protokolle zeigen, dass Dateien während dieser Zeit abgerufen wurden.",
    "Betroffen sind Ihr Name, Ihre Anschrift, Ihre E-Mail-Adresse und {{ invoices }} Rechnungen zum Konto {{ "
    "account }}. Kennwörter und Zahlungsdaten lagen dort nicht und sind nicht betroffen.",
    "Mögliche Folgen: Fremde könnten sich in Nachrichten als wir ausgeben und dabei echte Rechnungsnummern "
    "nennen. Seien Sie bei Zahlungsaufforderungen misstrauisch, prüfen Sie Bankverbindungen, und öffnen Sie "
    "keine unerwarteten Anhänge.",
    "Was Sie tun können: Ändern Sie vorsorglich Ihr Kennwort, auch überall, wo Sie dasselbe benutzen. Prüfen "
    "Sie in den nächsten Wochen Ihre Kontoauszüge. Fragen Sie bei zweifelhaften Nachrichten über die Ihnen "
    "bekannte Telefonnummer nach, und heben Sie verdächtige Schreiben als Nachweis auf. Eine Anzeige können "
    "Sie bei jeder Dienststelle stellen.",
    "Das Recht auf Auskunft über die zu Ihnen gespeicherten Daten und auf Beschwerde bei einer "
    "Aufsichtsbehörde haben Sie unabhängig von diesem Schreiben. Die Berliner Beauftragte für Datenschutz "
    "nimmt Beschwerden auch online entgegen.",
    "Wir haben die Ablage geschlossen, die Einstellungen aller übrigen geprüft, die Aufsichtsbehörde "
    "unterrichtet und Anzeige erstattet. Sobald wir mehr wissen, schreiben wir Ihnen wieder.",
    "Fragen beantwortet unsere Datenschutzbeauftragte: datenschutz@sender.example, Telefon +49 30 5550 1234.",
)
STYLE = (
    "body{margin:0;background:#eef1f4;color:#1b232c;font:16px/1.55 Helvetica,Arial,sans-serif}"
    ".sheet{max-width:640px;margin:0 auto;padding:28px;background:#fff;border-top:4px solid #1f5f8b}"
    "p{margin:0 0 14px}.foot{color:#46535f;font-size:14px}"
)
FALLBACKS = {"name": "und vielen Dank für Ihr Vertrauen", "invoices": "einige", "account": "bei uns"}


def notice() -> Text:
    """The whole notice with its placeholders."""
    plain = "\n\n".join(PARAGRAPHS) + "\n"
    body = "\n".join(f'<p style="margin:0 0 14px">{paragraph}</p>' for paragraph in PARAGRAPHS)
    head = f'<meta charset="utf-8"><title>{SUBJECT}</title>\n<style>{STYLE}</style>'
    foot = '<p class="foot">Musterdienst GmbH, Lindenstraße 12, 10969 Berlin</p>'
    sheet = f'<body><div class="sheet">\n{body}\n{foot}\n</div></body>'
    html = f'<!DOCTYPE html>\n<html lang="de"><head>{head}</head>\n{sheet}</html>'
    return Text(SUBJECT, plain, html, fallbacks=FALLBACKS)


def person(number: int) -> NewMember:
    """One fictitious recipient."""
    values = {
        "name": f"Jörg Müller-{number}",
        "account": f"K-{number:07}",
        "seen_on": "24. November 2026",
        "closed_on": "24. November 2026, 9:40 Uhr",
        "invoices": str(number % 40 + 1),
    }
    return NewMember(f"u{number}", f"person.{number}@empfang.example", locale=LOCALE, values=values)
