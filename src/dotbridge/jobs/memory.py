"""Memory of a process that turns pages of records into documents, page after page."""

from __future__ import annotations

import ctypes
import gc
from functools import cache

#: glibc's names in malloc.h for what ``mallopt`` sets.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
#: The most that a page with its bodies needs at once, and the largest single block that glibc lets stay in the heap.
_HEAP, _BLOCK = 64 << 20, 32 << 20


@cache
def steady_memory() -> None:
    """Keeps what a page needed for the next page, and makes Python look for cycles seldom. Does it once.

    Rows, records and documents have no cycles, and by default Python looks at each 700; what was imported until now is
    never looked at again. glibc would give the blocks of each body back to the system, which would hand them out empty
    for the next one, page by page of its own: a twentieth of all CPU. Other C libraries are left as they are.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_TRIM_THRESHOLD, _HEAP)
        mallopt(_MMAP_THRESHOLD, _BLOCK)
