"""Where a measurement was made: the machine, the versions, what a write to its disk costs."""

import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pysqlite3.dbapi2

OUT = Path(__file__).parents[1] / "out"
WRITES = 50


def introduce(title: str, folder: Path, *distributions: str) -> None:
    """Print what is measured and where: processors, load, versions, and the median of one synchronised write."""
    print(title)
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    print(f"  machine   {_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB; load {load} before the start")
    print(f"  system    {platform.system()} {platform.release()}, Python {platform.python_version()}")
    print(f"  disk      4 KB appended and fdatasync: median {synchronised_write(folder) * 1e6:.0f} us")
    named = ", ".join(f"{name} {version(name)}" for name in distributions)
    print(f"  versions  {named}, SQLite {pysqlite3.dbapi2.sqlite_version}")


def synchronised_write(folder: Path) -> float:
    """Seconds that appending 4 KB and waiting for the disk takes, the median of a few."""
    path, taken = folder / "synchronised", []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(WRITES):
            began = time.perf_counter()
            os.write(handle, bytes(4096))
            os.fdatasync(handle)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()
    return median(taken)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gb() -> float:
    if sys.platform != "linux":
        return 0.0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
