"""Every line that is recorded while tests run is one that pages can say in their reader's language."""

import pkgutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from unittest.mock import patch

import incident.verbs
from incident.models.entries import EntryHeader
from incident.verbs import entries
from incident.verbs.act import Act
from incident.web.entry_words import BY_HAND, entry_in_words
from notifications.wording import Said


@contextmanager
def lines_are_worded() -> Iterator[None]:
    """Refuse a line of which `incident/web/data/entries.toml` has no sentence, wherever one is recorded."""
    for module in pkgutil.iter_modules(incident.verbs.__path__, "incident.verbs."):
        import_module(module.name)
    record = entries.record

    def checked(
        act: Act, subject: str, action: str, body: Mapping[str, object], *, at: datetime | None = None
    ) -> EntryHeader:
        text = str(body.get("text", ""))
        worded = not text or action in BY_HAND or isinstance(entry_in_words(action, text), Said)
        assert worded, f"no sentence of entries.toml fits what {action} recorded: {text}"
        return record(act, subject, action, body, at=at)

    modules = [module for module in list(sys.modules.values()) if getattr(module, "record", None) is record]
    patched = [patch.object(module, "record", checked) for module in modules]
    for one in patched:
        one.start()
    yield
    for one in patched:
        one.stop()
