"""A small client that asks over connections that stay open: raw streams, one request at a time on each."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import uvloop

SOURCE = "alertmanager"
_numbers = itertools.count()


@dataclass(slots=True)
class Load:
    """What came of posting for a while. Latencies are seconds; `said` are the bodies of the answers with 202."""

    seconds: float = 0.0
    cpu: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests answered as they should be, a second."""
        return self.taken / self.seconds

    @property
    def taken(self) -> int:
        return self.statuses[202] + self.statuses[200] + self.statuses[304]

    def latency_ms(self, share: float) -> float:
        """The latency that this share of all requests stayed within."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3


def alert(number: int) -> bytes:
    """A delivery of Alertmanager's fourth format with one firing alert, no two alike, all of one group."""
    labels = {"alertname": "BucketPublic", "service": "invoices", "severity": "critical", "data_class": "personal"}
    one = {
        "status": "firing",
        "labels": {**labels, "instance": f"invoices-{number:08}"},
        "annotations": {"summary": f"Bucket invoices-{number:08} can be read by anyone"},
        "startsAt": "2026-11-24T08:59:26.535Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example.org/graph?g0.expr=bucket_public",
        "fingerprint": f"{number:016x}",
    }
    grouped = {"alertname": "BucketPublic", "service": "invoices"}
    document = {
        "version": "4",
        "receiver": "seventytwo",
        "status": "firing",
        "alerts": [one],
        "groupLabels": grouped,
        "commonLabels": labels,
        "commonAnnotations": {},
        "externalURL": "https://alertmanager.example.org",
        "groupKey": '{}:{alertname="BucketPublic", service="invoices"}',
        "truncatedAlerts": 0,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def hook_request(port: int, secret: str) -> Callable[[], bytes]:
    """Makes requests to the hook of the source, no two alike."""
    head = (
        f"POST /hooks/{SOURCE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: Alertmanager/0.28\r\n"
        f"Authorization: Bearer {secret}\r\nContent-Type: application/json\r\nContent-Length: "
    )
    return lambda: _whole(head, alert(next(_numbers)))


def alerts_request(port: int) -> Callable[[], bytes]:
    """Makes requests that hand the same alerts to an Alertmanager, as Prometheus does."""
    head = (
        f"POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: Prometheus/3.0\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    )

    def request() -> bytes:
        (one,) = json.loads(alert(next(_numbers)))["alerts"]
        kept = ("labels", "annotations", "startsAt", "generatorURL")
        return _whole(head, json.dumps([{name: one[name] for name in kept}], separators=(",", ":")).encode())

    return request


def post_for(port: int, request: Callable[[], bytes], seconds: float, connections: int) -> Load:
    """Post for so long, each connection waiting for one answer before it asks again."""
    load, cpu = Load(), time.process_time()
    uvloop.run(_all(load, port, request, seconds, connections))
    load.cpu = time.process_time() - cpu
    return load


def _whole(head: str, body: bytes) -> bytes:
    return f"{head}{len(body)}\r\n\r\n".encode() + body


async def _all(load: Load, port: int, request: Callable[[], bytes], seconds: float, connections: int) -> None:
    began = time.perf_counter()
    until = began + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_one(load, port, request, until))
    load.seconds = time.perf_counter() - began


async def _one(load: Load, port: int, request: Callable[[], bytes], until: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (asked := time.perf_counter()) < until:
        writer.write(request())
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        load.latencies.append(time.perf_counter() - asked)
        status = int(head[9:12])
        load.statuses[status] += 1
        if status == 202:
            load.said.append(body)
    writer.close()


def _length(head: bytes) -> int:
    if head.startswith(b"HTTP/1.1 304"):
        return 0  # never a body (RFC 9110 §15.4.5)
    lowered = head.lower()
    start = lowered.index(b"content-length:") + len(b"content-length:")
    return int(lowered[start : lowered.index(b"\r\n", start)])
