"""What the demo says while it goes: each step with what it proves and where to look, progress, and the summary."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn

LOOK_SECONDS = 0.1


class DoesNotHold(Exception):
    """A step did not come out as it must; the text says what was expected and what was seen."""


def expect(holds: object, what: str) -> None:
    """Raise DoesNotHold, saying what was expected, unless it is so."""
    if not holds:
        raise DoesNotHold(what)


@dataclass(slots=True)
class Step:
    """One step on the screen: facts in lines, and addresses to look at."""

    title: str
    proves: list[str] = field(default_factory=list)
    look: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """One line of what was seen."""
        self.proves.append(text)

    def see(self, address: str) -> None:
        """Where a reader can look for it."""
        self.look.append(address)


class Narrator:
    """Prints steps as they are done and counts those that held."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.held = self.number = 0
        self._began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """A step: what is said of it is printed when it is done. One that fails ends the story."""
        self.number += 1
        step, began = Step(title), time.monotonic()
        try:
            yield step
        except Exception:
            self._print(step, "[bold red]FAILED[/]", began)
            raise
        self.held += 1
        self._print(step, "[green]holds[/]", began)

    def wait(self, what: str, done: Callable[[], bool], seconds: float = 30) -> None:
        """Look again and again until it is so. Raises DoesNotHold when it takes too long."""
        for _ in range(int(seconds / LOOK_SECONDS)):
            if done():
                return
            time.sleep(LOOK_SECONDS)
        raise DoesNotHold(f"{what} did not come within {seconds:.0f} s")

    def follow(self, what: str, total: int, count: Callable[[], int], seconds: float = 60) -> None:
        """Show a bar until `count` reaches `total`. Raises DoesNotHold when it takes too long."""
        columns = (TextColumn("    {task.description}"), BarColumn(30), MofNCompleteColumn(), TaskProgressColumn())
        with Progress(*columns, console=self.console, transient=not self.console.is_terminal) as progress:
            bar = progress.add_task(what, total=total)

            def done() -> bool:
                progress.update(bar, completed=count())
                return progress.finished

            self.wait(f"{what}: {total}", done, seconds)

    def summary(self) -> str:
        """How the story went, in one line."""
        whole = f"{self.held} of {self.number} steps held"
        return f"{whole}, {time.monotonic() - self._began:.1f} s."

    def _print(self, step: Step, state: str, began: float) -> None:
        seconds = time.monotonic() - began
        self.console.print(f"[bold]{self.number:>2}. {step.title}[/]  {state} [dim]{seconds:.1f} s[/]")
        for line in step.proves:
            self.console.print(f"    {line}", highlight=False, markup=False, soft_wrap=True)
        for address in step.look:
            self.console.print(f"    → {address}", style="cyan", highlight=False, markup=False, soft_wrap=True)
