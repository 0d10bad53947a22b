"""The adapters there are: every module of this package that defines ADAPTER is one."""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from incident import adapters as package
from incident.adapters.authenticity import Scheme
from incident.adapters.signals import Signal

Headers = Mapping[str, str]
"""Header names in lower case; a header sent twice is joined with a comma (RFC 9110 §5.3)."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """How one kind of monitor is verified and read.

    `read` turns headers and body into signals and raises Unreadable; `schemes` are the ways this monitor can prove
    itself, the preferred one first; `delivery_header` carries its own delivery id, where it sends one.
    """

    name: str
    label: str
    schemes: tuple[Scheme, ...]
    read: Callable[[Headers, bytes], tuple[Signal, ...]]
    delivery_header: str | None = None


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
