"""A stream of a website's history cut into ranges of ids, in any order of which the same ledger comes out.

A range is held by a job, not by a worker: who takes the job after a crash goes on where its cursor stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import hot
from dotbridge.ledger.transaction import unclaimed, writing


class Range(NamedTuple):
    """One range in hand: its number in the table, and the cursor where it goes on, as JSON."""

    id: int
    cursor: str


class Standing(NamedTuple):
    """How far a stream is that was cut into ranges."""

    ranges: int
    open: int
    records: int
    read: int


def plan(website_id: int, stream: str, parts: Sequence[tuple[str, int]]) -> None:
    """Keeps the ranges of a stream, each as (cursor, number of records), within the caller's transaction."""
    hot.insert(
        "history_range (website_id, stream, number, cursor, records, read, state)",
        "(%s, %s, %s, %s, %s, 0, 'waiting')",
        "ON CONFLICT (website_id, stream, number) DO NOTHING",
        [(website_id, stream, number, cursor, records) for number, (cursor, records) in enumerate(parts)],
    )


def standing(website_id: int, stream: str) -> Standing | None:
    """How far the stream is; ``None`` when it is not cut into ranges."""
    found = hot.rows(
        "SELECT COUNT(*), SUM(CASE WHEN state = 'done' THEN 0 ELSE 1 END), SUM(records), SUM(read)"
        " FROM history_range WHERE website_id = %s AND stream = %s",
        (website_id, stream),
    )[0]
    return Standing(*map(int, found)) if found[0] else None


def take(website_id: int, stream: str, job_id: int) -> Range | None:
    """The range that the job holds already, or else one that nobody holds; ``None`` when there is none left."""
    chosen = "website_id = %s AND stream = %s"
    held = hot.rows(
        f"SELECT id, cursor FROM history_range WHERE {chosen} AND state = 'reading' AND job_id = %s ORDER BY number",
        (website_id, stream, job_id),
    )
    if not held:
        with writing():
            held = hot.rows(
                "UPDATE history_range SET state = 'reading', job_id = %s WHERE id = ("
                + unclaimed(
                    f"SELECT id FROM history_range WHERE {chosen} AND state = 'waiting' ORDER BY number LIMIT 1"
                )
                # Asked again of the row itself: another worker may have taken it since the inner look.
                + ") AND state = 'waiting' RETURNING id, cursor",
                (job_id, website_id, stream),
            )
    return Range(*held[0]) if held else None


def save(range_id: int, cursor: str, read: int, *, ended: bool) -> None:
    """Moves a range over what the same transaction stages."""
    hot.execute(
        "UPDATE history_range SET cursor = %s, read = read + %s, state = CASE WHEN %s = 1 THEN 'done' ELSE state END"
        " WHERE id = %s",
        (cursor, read, int(ended), range_id),
    )


def leave(job_id: int, token: str) -> None:
    """Gives back what the job holds, at the end of its turn: whoever comes first goes on there.

    Not by who has lost the job meanwhile: another worker reads what it holds.
    """
    with writing():
        hot.execute(
            "UPDATE history_range SET state = 'waiting', job_id = NULL WHERE job_id = %s AND state = 'reading'"
            " AND EXISTS (SELECT 1 FROM job WHERE job.id = history_range.job_id AND job.token = %s)",
            (job_id, token),
        )


def last_cursor(website_id: int, stream: str) -> str:
    """Where the range without an end came to: from there the stream goes on with what changes."""
    found = hot.rows(
        "SELECT cursor FROM history_range WHERE website_id = %s AND stream = %s ORDER BY number DESC LIMIT 1",
        (website_id, stream),
    )
    return str(found[0][0])


def forget(website_id: int, stream: str = "") -> None:
    """Drops the ranges of a stream, or all of the website's, within the caller's transaction."""
    hot.execute(
        "DELETE FROM history_range WHERE website_id = %s AND (%s = '' OR stream = %s)", (website_id, stream, stream)
    )
