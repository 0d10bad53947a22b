"""What is wrong with a template: the file and line, what, the mend, and with which facts it shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One fault. `path` is below a template folder; `line` 0 where there is none; `when` names the sample."""

    path: str
    message: str
    line: int = 0
    mend: str = ""
    when: str = ""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        mend = f" ({self.mend})" if self.mend else ""
        return f"{where}: {self.message}{mend}{f', {self.when}' if self.when else ''}"
