"""What the machine gives: CPU of processes, the disk's patience, who else is on it."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from application.shared.coalescer import Coalescer

_TICKS_AFTER_NAME = slice(11, 15)
"""utime, stime, cutime, cstime in /proc/PID/stat, counted behind the name in brackets."""


def cpu_seconds(root: int) -> float | None:
    """Used by a process and all below it, also by those that ended; None without /proc."""
    if sys.platform != "linux":
        return None
    stats = _stats()
    parents = {pid: int(fields[1]) for pid, fields in stats.items()}
    members = {root}
    while more := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= more
    ticks = sum(int(n) for pid in members & set(stats) for n in stats[pid][_TICKS_AFTER_NAME])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(root: int) -> float:
    """The most that the largest process at or below it ever had in memory; 0 without /proc."""
    if sys.platform != "linux":
        return 0.0
    parents = {pid: int(fields[1]) for pid, fields in _stats().items()}
    members = {root} | {pid for pid, parent in parents.items() if parent == root}
    return max(_height_kb(pid) for pid in members) / 1000


def _height_kb(pid: int) -> int:
    said = Path(f"/proc/{pid}/status").read_text()
    lines = (line.split() for line in said.splitlines() if line.startswith("VmHWM:"))
    return next((int(kilobytes) for _, kilobytes, _ in lines), 0)


def coalescer_us(commands: int = 2_000) -> float:
    """What a lane costs a command that finds nobody else, in microseconds."""

    async def serve(batch: Sequence[int]) -> list[int]:
        return list(batch)

    async def again(command: int) -> int:
        return command

    async def run() -> float:
        lane = Coalescer(serve, again)
        began = time.perf_counter()
        for command in range(commands):
            await lane(command)
        through = time.perf_counter() - began
        began = time.perf_counter()
        for command in range(commands):
            await serve([command])
        return (through - (time.perf_counter() - began)) / commands * 1e6

    return uvloop.run(run())


def _stats() -> dict[int, list[str]]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                said = (entry / "stat").read_text()
            except OSError:
                continue
            found[int(entry.name)] = said.rpartition(") ")[2].split()
    return found


def fdatasync_us(folder: Path, seconds: float = 0.5) -> float:
    """The median of one 8 kB write with its fdatasync, in microseconds."""
    flush = getattr(os, "fdatasync", os.fsync)  # macOS has only the other.
    file = folder / "fdatasync"
    took: list[float] = []
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        deadline = time.perf_counter() + seconds
        while not took or time.perf_counter() < deadline:
            began = time.perf_counter()
            os.pwrite(descriptor, b"\0" * 8192, len(took) % 1024 * 8192)
            flush(descriptor)
            took.append(time.perf_counter() - began)
    finally:
        os.close(descriptor)
        file.unlink()
    return sorted(took)[len(took) // 2] * 1e6


def described() -> str:
    load = " ".join(f"{average:.1f}" for average in os.getloadavg())
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} cores, {sys.platform}, CPython {python}, load {load}"
