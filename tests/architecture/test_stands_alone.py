"""The repository says nothing of the machine it was written on and needs nothing beside it."""

import re

from tests.architecture.sources import shown, tracked

# spelled in halves, so that this file does not hold what it looks for
HOSTS = "|".join(
    (
        r"py" r"pi\.org",
        r"python" r"hosted\.org",
        r"registry\.npm" r"js",
        r"deb\.deb" r"ian\.org",
        r"crates" r"\.io",
        r"proxy\.go" r"lang",
    )
)
MACHINE_PATHS = r"(?<![\w.])/(wo" r"rk|ro" r"ot|fa" r"rm)/[\w.]|/home/[a-z]\w*/|/opt/(py" r"pi|wheels)"
BARRED = re.compile(f"{HOSTS}|{MACHINE_PATHS}")


def test_no_registry_host_and_no_path_of_a_machine_is_written_down() -> None:
    guilty = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        guilty += [f"{shown(path)}: {found.group()}" for found in BARRED.finditer(text)]
    assert guilty == []
