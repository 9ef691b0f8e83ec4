"""Sleeping tasks of asyncio: `sleeping.py LEVEL OPERATIONS WARMUP`. Prints the same line of JSON as the lab's other programs."""

import asyncio
import json
import resource
import sys
import time

SLEEP_SECONDS = 0.3


async def sleeping() -> int:
    await asyncio.sleep(SLEEP_SECONDS)
    return 1


async def main(tasks: int) -> int:
    return sum(await asyncio.gather(*(sleeping() for _ in range(tasks))))


def usage_ns() -> tuple[int, int]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_utime * 1e9), int(usage.ru_stime * 1e9)


def peak_rss_bytes() -> int:
    """Not ru_maxrss, which exec hands on from the program that started this one (proc_pid_status(5), VmHWM)."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


operations = int(sys.argv[2])
user, system = usage_ns()
began = time.monotonic_ns()
result = asyncio.run(main(operations))
elapsed = time.monotonic_ns() - began
user, system = (after - before for after, before in zip(usage_ns(), (user, system)))
print(
    json.dumps(
        {
            "operations": operations,
            "elapsedNs": elapsed,
            "cpuNs": user + system,
            "cpuUserNs": user,
            "cpuSystemNs": system,
            "result": result,
            "process": {"maxRssBytes": peak_rss_bytes()},
        }
    )
)
