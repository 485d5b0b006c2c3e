"""What a measured process says of itself: CPU and wall per record, and its peak memory."""

from __future__ import annotations

import resource
import time
from typing import Any


class Stopwatch:
    """Runs from its making, or from ``again``."""

    def __init__(self) -> None:
        self.again()

    def again(self) -> None:
        """Starts anew."""
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def read(self, records: int) -> dict[str, Any]:
        """CPU (user and system) in µs per record, records per second of wall time, and peak memory in MB."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return {
            "records": records,
            "cpu_us": round(cpu / max(records, 1) * 1e6, 1),
            "per_second": round(records / wall),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
