"""The lines the docs give a host to sign tokens with make the token the docs print, in every language at hand."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications.reader_tokens import Reader, TokenRefused, verify_token

PAGE = (Path(__file__).parents[2] / "docs" / "host-platform.md").read_text()
SECRET, NOW = "an example, not a secret: 72 hours", 1790000000
ACCOUNTS = {"cust-0042": ["admin", "billing"]}
VECTOR = re.search(r"```\n(eyJ[\w.-]+)\n```", PAGE)
CALLS = {
    "python": ("snippet.py", f"print(notices_token({SECRET!r}, 'u-1001', {ACCOUNTS!r}, False, {NOW}))"),
    "js": ("snippet.mjs", f"console.log(noticesToken({SECRET!r}, 'u-1001', {json.dumps(ACCOUNTS)}, false, {NOW}));"),
    "ruby": (
        "snippet.rb",
        f"puts notices_token({SECRET!r}, 'u-1001', {{'cust-0042' => ['admin', 'billing']}}, now: {NOW})",
    ),
    "php": (
        "snippet.php",
        f"echo notices_token({SECRET!r}, 'u-1001', ['cust-0042' => ['admin', 'billing']], false, {NOW});",
    ),
}
PROGRAMS = {"python": sys.executable, "js": "node", "go": "go", "ruby": "ruby", "php": "php"}
GO_MAIN = """package main

import (
	"fmt"
	"host/notices"
	"time"
)

func main() {
	roles := map[string][]string{"cust-0042": {"admin", "billing"}}
	token, err := notices.Token("%s", "u-1001", roles, false, time.Unix(%d, 0))
	if err != nil {
		panic(err)
	}
	fmt.Println(token)
}
"""


def snippet(language: str) -> str:
    """The lines of the page that sign a token in this language."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    (found,) = [block for block in blocks if "HS256" in block]
    return found


def written(language: str, folder: Path) -> list[str]:
    """A program around the snippet, and how it is started."""
    if language == "go":
        (folder / "notices").mkdir()
        (folder / "notices" / "token.go").write_text(snippet("go"))
        (folder / "main.go").write_text(GO_MAIN % (SECRET, NOW))
        (folder / "go.mod").write_text("module host\n\ngo 1.18\n")
        return ["run", "."]
    name, call = CALLS[language]
    (folder / name).write_text(f"{snippet(language)}\n{call}\n")
    return [name]


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_lines_of_the_docs_make_the_token_of_the_docs(
    language: str, tmp_path: Path, say: Callable[[str], None]
) -> None:
    assert VECTOR
    arguments, program = written(language, tmp_path), shutil.which(PROGRAMS[language])
    if program is None:
        say(f"No {PROGRAMS[language]} on this machine: its lines in docs/host-platform.md were not run.")
        return
    settings = {"PATH": str(Path(program).parent), "HOME": str(tmp_path), "GOTOOLCHAIN": "local", "GOPROXY": "off"}
    ran = subprocess.run([program, *arguments], cwd=tmp_path, env=settings, capture_output=True, text=True)
    assert ran.stdout.strip() == VECTOR[1], ran.stderr


def test_the_token_of_the_docs_says_what_the_docs_say() -> None:
    assert VECTOR
    assert f"`{SECRET}`" in PAGE
    reader = Reader("u-1001", {"cust-0042": ("admin", "billing")})
    assert verify_token([SECRET.encode()], VECTOR[1], datetime.fromtimestamp(NOW, UTC)) == reader
    with pytest.raises(TokenRefused):
        verify_token([SECRET.encode()], VECTOR[1], datetime.fromtimestamp(NOW + 900, UTC))
