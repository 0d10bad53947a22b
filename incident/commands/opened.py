"""One installation for one command; whoever runs commands on the machine is the actor."""

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from incident.installation import Installation
    from incident.roles import Actor, Role
    from incident.settings import Settings
    from incident.verbs.act import Act

T = TypeVar("T")


class Opened:
    """One installation, closed at the end of the command; the operator of the machine is the actor."""

    def __init__(self) -> None:
        from incident.roles import operator

        self.actor: Actor = operator(getpass.getuser())
        self.installation: Installation

    def __enter__(self) -> "Opened":
        from incident.installation import open_installation
        from notifications.clock import SystemClock

        self.installation = open_installation(settings_now(), SystemClock())
        return self

    def __exit__(self, *_: object) -> None:
        self.installation.close()

    def acting_as(self, *roles: "Role") -> "Actor":
        """The operator in these roles besides: whoever runs commands on the machine holds its keys anyway.

        Nothing is sent by it that two people with accounts have not agreed to; the timeline names the operator.
        """
        return replace(self.actor, roles=self.actor.roles | set(roles))

    def now(self) -> "datetime":
        return self.installation.clock.now()

    def write(self, verb: "Callable[[Act], T]") -> T:
        from incident.verbs.act import Act

        at = self.now()
        store, keys, actor = self.installation.store, self.installation.keys, self.actor
        return store.write(lambda session: verb(Act(session, keys, actor, at)))


def settings_now() -> "Settings":
    """The settings as the environment has them. Raises BadSettings."""
    from incident.settings import read_settings

    return read_settings()
