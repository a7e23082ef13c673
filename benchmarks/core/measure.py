"""Measures operations: ours, the limit (the best plain SQL) and a peer, interleaved in one process."""

import gc
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .host import environment, in_child

ROUNDS = 3
# A side that takes less than this many seconds runs more often in a round.
QUICK = 2.0
QUICK_RUNS = 5


@dataclass(frozen=True)
class Bounds:
    """What an operation may cost at scale 1, as its issue says; None where it says nothing."""

    limit: float | None = None
    """At most so many times the limit's time."""
    peer: float | None = None
    """At least so many times faster than the peer."""
    queries: int | None = None
    memory: float | None = None
    """At most so many MB more resident memory."""
    processor: float | None = None
    """At most so many times the limit's processor time, for differences that the clock's noise hides."""
    rate: float | None = None
    """At least so many units a second of processor time, ours and the database's together."""


@dataclass(frozen=True)
class Operation:
    """The same figures from each side: functions of an environment.

    Operations may share a side (the very same function), which is then measured once.
    """

    name: str
    ours: Callable[[Any], Any]
    limit: Callable[[Any], Any]
    check: Callable[[dict], list]
    """From the sides' results, by side, to the differences that nothing documented explains."""
    peer: Callable[[Any], Any] | None = None
    bounds: Bounds = field(default_factory=Bounds)
    units: int | None = None
    """How many things one run handles, where what counts is how many a second."""

    @property
    def sides(self):
        return [side for side in (self.ours, self.limit, self.peer) if side]


@dataclass
class Measured:
    """What a side took; memory in MB."""

    memory: float
    first: float
    queries: int = 0
    times: list = field(default_factory=list)
    processor: list = field(default_factory=list)
    """Seconds of processor time, of this process and of its connection's; or of the clock, where the
    database is on another machine."""

    @property
    def seconds(self):
        return statistics.median(self.times)

    @property
    def processor_seconds(self):
        return statistics.median(self.processor)


def measure(registry, company, operations):
    """Measure every side of the operations; returns what each took, by side, and the differences."""
    sides = list(dict.fromkeys(side for operation in operations for side in operation.sides))
    measured = {}
    for side in sides:
        # first of all: what another side leaves in this process would hide what this one needs
        measured[side] = Measured(*in_child(first_run, registry, company, side))
    differences = compare(registry, company, operations)
    for turn in range(ROUNDS):
        for repeat in range(QUICK_RUNS):
            for side in sides:
                if repeat == 0 or measured[side].first < QUICK:
                    run(registry, company, side, measured[side])
        print(f"  round {turn + 1} of {ROUNDS}", flush=True)
    return measured, differences


def first_run(registry, company, side):
    """In a process of its own: the growth of resident memory in MB at its peak, and the seconds."""
    with environment(registry, company) as env:
        gc.collect()
        before = resident("VmRSS")
        start = time.perf_counter()
        _result = side(env)
        took = time.perf_counter() - start
        return (resident("VmHWM") - before) / 1024, took


def resident(measure_name):
    """This process's resident memory in kB: now (VmRSS) or at most so far (VmHWM)."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(measure_name):
                return int(line.split()[1])
    raise RuntimeError(f"no {measure_name} in /proc/self/status")


def compare(registry, company, operations):
    """The differences between the sides' results, by operation; warms the caches on the way."""
    results = {}

    def result(side):
        if side not in results:
            with environment(registry, company) as env:
                results[side] = side(env)
        return results[side]

    found = {}
    for operation in operations:
        sides = {"ours": operation.ours, "limit": operation.limit, "peer": operation.peer}
        found[operation.name] = operation.check({name: result(side) for name, side in sides.items() if side})
    return found


def run(registry, company, side, measured):
    """One run in a transaction of its own, so that nothing is cached but what a server has cached."""
    with environment(registry, company) as env:
        gc.collect()
        queries = env.cr.sql_log_count
        pid = env.cr._cnx.get_backend_pid()
        processor, start = processor_time(pid), time.perf_counter()
        _result = side(env)
        measured.times.append(time.perf_counter() - start)
        used = processor_time(pid) - processor if processor is not None else measured.times[-1]
        measured.processor.append(used)
        measured.queries = env.cr.sql_log_count - queries


def processor_time(pid):
    """Seconds used so far by this process and by another one; None when that is not on this machine."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            name, _end, numbers = stat.read().rpartition(") ")
    except OSError:
        return None
    if "postgres" not in name:
        return None
    user, system = numbers.split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
