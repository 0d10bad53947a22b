"""The adapters there are: every module of this package that defines ADAPTER is one."""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module

from incident import adapters as package
from incident.adapters import authenticity
from incident.adapters.answers import Answer, Asked, Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.signals import Signal
from incident.errors import Fault, Invalid
from notifications.wording import worded

POST = ("POST",)


@dataclass(frozen=True, slots=True)
class Adapter:
    """How one kind of monitor is verified, read and answered.

    `read` turns headers and body into signals and raises nothing but Unreadable. `schemes` are the ways this monitor
    can prove itself, the preferred one first. A delivery is told from another by `delivery_header`, which carries the
    monitor's own id, or by what `delivery_id` makes of headers and body, else by its bytes. `answer` says what is a
    handshake or a ping and how it is answered; None: an alert. `methods` are those the route takes. `token_header` is
    the header that holds the whole secret of the scheme `header_token`; empty: the user names one, and any may hold it.
    `snippet` is pasted into the monitor, {url} and {slug} filled in. `bound` makes `read` of the rules of a source.
    """

    name: str
    label: str
    schemes: tuple[Scheme, ...]
    read: Callable[[Headers, bytes], tuple[Signal, ...]]
    delivery_header: str | None = None
    delivery_id: Callable[[Headers, bytes], str | None] | None = None
    answer: Callable[[Asked], Answer | None] | None = None
    methods: tuple[str, ...] = POST
    token_header: str = ""
    snippet: str = ""
    bound: Callable[[Mapping[str, object]], Callable[[Headers, bytes], tuple[Signal, ...]]] | None = None

    def with_rules(self, rules: Mapping[str, object]) -> "Adapter":
        """The adapter as a source with these rules reads; only a generic one reads by its rules.

        Its `read` raises Unreadable, also for rules that cannot be used.
        """
        return replace(self, read=self.bound(rules)) if self.bound else self

    def intake_key(self, headers: Headers, body: bytes) -> str:
        """The monitor's delivery id where there is one, else `sha256:` and the hash of the bytes."""
        made = self.delivery_id(headers, body) if self.delivery_id else None
        return (
            authenticity.delivery_key(made, body)
            if made
            else authenticity.intake_key(headers, body, self.delivery_header)
        )

    def pasted(self, url: str, slug: str) -> str:
        """The snippet for a source at this address."""
        return self.snippet.replace("{url}", url).replace("{slug}", slug)

    def answer_to(self, asked: Asked) -> Answer | None:
        """What a handshake or a ping is answered; None for everything else."""
        return self.answer(asked) if self.answer else None


class UnknownAdapter(LookupError):
    """No adapter of this name."""


@cache
def all_adapters() -> Mapping[str, Adapter]:
    """Every adapter by name, sorted."""
    found: dict[str, Adapter] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{module_info.name}")
        adapter = getattr(module, "ADAPTER", None)
        if isinstance(adapter, Adapter):
            found[adapter.name] = adapter
    return dict(sorted(found.items()))


def adapter_named(name: str) -> Adapter:
    """The adapter of this name. Raises UnknownAdapter, naming those there are."""
    adapter = all_adapters().get(name)
    if adapter is None:
        raise UnknownAdapter(f"There is no adapter {name!r}; there are: {', '.join(all_adapters())}.")
    return adapter


def chosen_adapter(name: str) -> Adapter:
    """The adapter somebody names. Raises Invalid, naming those there are."""
    try:
        return adapter_named(name)
    except UnknownAdapter as error:
        raise Invalid(Fault("adapter", str(error).rstrip("."), worded("choose one of these"))) from error
