"""Where `seventytwo` begins: the commands that ask the law start without the others, in a fraction of a second."""

import sys

from incident.commands.asking import ASKING, ask


def main() -> None:
    """Run one command of `seventytwo`."""
    if len(sys.argv) > 1 and sys.argv[1] in ASKING:
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
    from incident.cli import main as every_command

    every_command()
