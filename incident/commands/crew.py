"""Who works: every worker of the installation, when it last proved that it lives, and what ails it."""

from incident.commands.opened import Opened


def show_crew() -> int:
    """Print one line for each worker. Returns the status: 0 while one lives, else 1."""
    from notifications import workers

    with Opened() as opened, opened.installation.store.read() as session:
        now, found = opened.now(), workers.beats(session)
    for one in found:
        state = "ended" if one.ended else "lives" if one.lives(now) else "silent"
        ago = int((now - one.at).total_seconds())
        print(f"{state:<7} {one.host} process {one.pid}, node {one.node[:8]}, seen {ago} s ago{_ailing(one.trouble)}")
    alive = sum(one.lives(now) for one in found)
    print(f"{alive} of {len(found)} workers live.")
    return 0 if alive else 1


def _ailing(trouble: str) -> str:
    return f": {trouble}" if trouble else ""
