"""overhead.py STORE NANO_ID: what calls cost in Python, as overhead.c."""
from __future__ import annotations

import sys
import time
from collections.abc import Callable

begun = time.perf_counter_ns()
import nanomarket  # noqa: E402

print("import", time.perf_counter_ns() - begun)


def measure(name: str, call: Callable[[], object], count: int) -> None:
    rounds = []
    for _ in range(11):
        begun = time.thread_time_ns()
        for _ in range(count):
            call()
        rounds.append((time.thread_time_ns() - begun) / count)
    print(name, round(min(rounds)))


with nanomarket.open(sys.argv[1]) as market, market.session() as session:
    nano = session.nano_get(sys.argv[2])
    measure("getter", lambda: nano.title, 20000)
    measure("nano_get", lambda: session.nano_get(sys.argv[2]).title, 2000)
    measure("search", lambda: [found.title for found in session.search(text="datenschutz").page()], 100)
