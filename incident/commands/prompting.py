"""What a command asks for that must not be an argument, because everybody on the machine can read those."""

import sys

import typer


def typed(what: str, *, hidden: bool = False) -> str:
    """What somebody types at the terminal, `hidden` as they do; without a terminal the first line of the input."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=hidden))
    return sys.stdin.readline().strip()
