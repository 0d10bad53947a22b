"""What a page says: codename, severity and team, nothing of the case itself; the same words by mail, chat and call."""

from dataclasses import dataclass

from incident.outreach import InternalMessage

TEST = "Test"
NO_PEOPLE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Called:
    """One step of a page as its words need it. `wait`: minutes until the next step; `names`: the last resort was taken.

    `kind` is incident, silence or test; `subject` the codename, the monitor or the team; `minutes` of silence.
    """

    kind: str
    subject: str
    severity: str
    team: str
    number: int
    steps: int
    wait: int
    round: int = 0
    minutes: int = 0

    @property
    def headline(self) -> str:
        """One line that says what it is about."""
        if self.kind == "test":
            return f"TEST of paging, nothing has happened: team {self.team}"
        if self.kind == "silence":
            return f"Monitor {self.subject} is silent: nothing was heard of it for {self.minutes} minutes"
        return f"Incident {self.subject} ({self.severity})"

    @property
    def head(self) -> str:
        """The subject of a mail."""
        if self.kind == "test":
            return f"[{TEST}] Page of team {self.team}: nothing has happened"
        if self.kind == "silence":
            return f"Monitor {self.subject} is silent"
        return f"[{self.subject}] Page: {self.severity}"

    @property
    def why(self) -> str:
        """Why it comes now, and what comes next."""
        team = f" of team {self.team}" if self.team else ""
        again = f", round {self.round + 1}" if self.round else ""
        before = "" if self.number == 1 and not self.round else " Nobody has answered so far."
        return (
            f"This is step {self.number} of {self.steps}{again}{team}.{before} "
            f"Unless somebody acknowledges it, it goes on in {self.wait} minutes."
        )


def page_mail(called: Called, occasion: str, link: str, console: str = "") -> InternalMessage:
    """The mail to one person; `link` is that person's own."""
    lines = [f"{called.headline}.", called.why, f"Acknowledge it:\n{link}"]
    lines += [f"In the console:\n{console}"] if console else []
    return InternalMessage(occasion, frozenset(), called.head, "\n\n".join(lines) + "\n")


def answered_words(by: str, way: str, minutes: int) -> str:
    """A line of the timeline: who acknowledged, how, after how long."""
    ways = {
        "mail": "by the link in the mail",
        "console": "on the console",
        "command line": "on the command line",
        "api": "by API",
        "slack": "from Slack",
        "teams": "from Teams",
        "command": "by taking command",
    }
    after = "within a minute" if minutes < 1 else f"after {minutes} minute{'' if minutes == 1 else 's'}"
    return f"{by} acknowledged the page {ways.get(way, way)}, {after}."
