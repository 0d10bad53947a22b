"""The commands that ask the law: assess, duties, law. They run without the web, the database and typer."""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

ASKING = {
    "assess": "The risk to people, its severity and other laws' tests, from a fact sheet.",
    "duties": "Who must be told, by when, under which article, from facts and moments.",
    "law": "The duties that ship: list, show, check, diff, export.",
}


def ask(command: str, arguments: Sequence[str]) -> int:
    """Run a command that asks the law; returns its status."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    from incident.law.packs import BadPack

    try:
        if command == "law":
            run_law: Callable[[Sequence[str]], int] = import_module("incident.commands.law").run
            return run_law(arguments)
        given = _parser(command).parse_args(list(arguments))
        module = "incident.commands.assessing" if command == "assess" else "incident.commands.duties"
        run: Callable[..., int] = import_module(module).run
        return run(given.file, explain=given.explain)
    except BadPack as error:
        print(f"seventytwo: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"seventytwo {command}", description=ASKING[command])
    parser.add_argument("file", help="A JSON document or JSON Lines; - reads standard input.")
    parser.add_argument("--explain", action="store_true", help="For people instead of programs.")
    return parser
