"""Work that the platform does later: imports, bulk deletes, emptied collections.

A job keeps the body it came with and takes effect when it finishes, with the values it carried. It finishes on the
first status call after ``import_polls`` unfinished answers, or ``import_seconds`` after it was accepted, whichever
comes first; a held job waits until it is released, in whatever order the releases come. Time is looked at whenever a
request arrives, so that no background thread is needed and a standing clock holds everything still.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import sys
import traceback
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from . import accounts
from .clock import iso
from .exchange import Call
from .store import savepoint

CONTACT_IMPORTS = ("contacts_csv", "contacts_collection", "contacts_v3")
INSIGHT_IMPORTS = ("insight_v2", "insight_v3")
GROUPS = {"contacts": CONTACT_IMPORTS, "insight": INSIGHT_IMPORTS}
_COLUMNS = "id, account, kind, body, options, polls, held, verdict, status, result, finished, submitted"


@dataclass(frozen=True, slots=True)
class Work:
    """What a runner gets: the account, the instant at which the job takes effect, its options and its body."""

    db: sqlite3.Connection
    account: accounts.Account
    now: dt.datetime
    options: dict[str, Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """The final status word and whatever status and report calls will show."""

    status: str
    result: dict[str, Any]


Runner = Callable[[Work], Outcome]
_RUNNERS: dict[str, Runner] = {}


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    account: int
    kind: str
    body: int | None
    options: dict[str, Any]
    polls: int
    held: bool
    verdict: str | None
    status: str | None
    result: dict[str, Any]
    finished: str | None
    submitted: str


def runs(kind: str) -> Callable[[Runner], Runner]:
    """Declare what a kind of job does when it finishes."""

    def register(runner: Runner) -> Runner:
        _RUNNERS[kind] = runner
        return runner

    return register


def _job(row: tuple[Any, ...]) -> Job:
    job_id, account, kind, body, options, polls, held, verdict, status, result, finished, submitted = row
    shown = orjson.loads(result) if result else {}
    return Job(
        job_id,
        account,
        kind,
        body,
        orjson.loads(options),
        polls,
        bool(held),
        verdict,
        status,
        shown,
        finished,
        submitted,
    )


def _kinds(kind: str) -> str:
    return orjson.dumps(GROUPS.get(kind, (kind,))).decode()


def submit(call: Call, kind: str, options: dict[str, Any], verdict: str | None = None) -> str:
    """Accept a job; its id. ``verdict`` decides its final status beforehand (a plan may do so too)."""
    held, planned = _take_plan(call.db, kind)
    seconds = call.account.settings.import_seconds
    due = None if seconds is None else iso(call.now + dt.timedelta(seconds=seconds))
    job_id = str(uuid.uuid4())
    call.db.execute(
        "INSERT INTO job (id, account, kind, body, options, submitted, due, held, verdict)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job_id, call.account.id, kind, call.body_id, orjson.dumps(options).decode(), iso(call.now), due, held,
            planned or verdict,
        ),
    )  # fmt: skip
    return job_id


def running(call: Call, kind: str) -> int:
    """Unfinished jobs of a kind, or of a group of kinds, in this account."""
    query = (
        "SELECT count(*) FROM job WHERE finished IS NULL AND account = ? AND kind IN (SELECT value FROM json_each(?))"
    )
    count: int = call.db.execute(query, (call.account.id, _kinds(kind))).fetchone()[0]
    return count


def read(call: Call, job_id: str, *kinds: str) -> Job | None:
    """The job of this account, if it is one of these kinds; reading does not move it."""
    query = f"SELECT {_COLUMNS} FROM job WHERE id = ? AND account = ?"
    row = call.db.execute(query, (job_id.lower(), call.account.id)).fetchone()
    return _job(row) if row and row[2] in kinds else None


def poll(call: Call, job_id: str, *kinds: str) -> Job | None:
    """The job as its status call shows it; asking often enough is what finishes it."""
    job = read(call, job_id, *kinds)
    if job is None or job.finished or job.held:
        return job
    if job.polls >= call.account.settings.import_polls:
        finish(call.db, job, call.account, call.now)
    else:
        call.db.execute("UPDATE job SET polls = polls + 1 WHERE id = ?", (job.id,))
        return job
    return read(call, job_id, *kinds)


def finish(db: sqlite3.Connection, job: Job, account: accounts.Account, now: dt.datetime) -> None:
    """Let the job take effect now and keep its outcome."""
    if job.verdict:
        outcome = Outcome(job.verdict, {})
    else:
        row = db.execute("SELECT content FROM body WHERE id = ?", (job.body,)).fetchone()
        outcome = _run(db, job.kind, Work(db, account, now, job.options, row[0] if row else b""))
    db.execute(
        "UPDATE job SET status = ?, result = ?, finished = ?, held = 0 WHERE id = ?",
        (outcome.status, orjson.dumps(outcome.result).decode(), iso(now), job.id),
    )


def _run(db: sqlite3.Connection, kind: str, work: Work) -> Outcome:
    """The outcome; a body that breaks its runner fails this job, not the requests that come after it."""
    try:
        with savepoint(db):
            return _RUNNERS[kind](work)
    except Exception:  # noqa: BLE001 - the platform's own word for this is Failed
        traceback.print_exc(file=sys.stderr)
        return Outcome("Failed", {})


def finish_due(db: sqlite3.Connection, now: dt.datetime) -> None:
    """Finish what time has finished, in the order in which it was accepted."""
    query = f"SELECT {_COLUMNS} FROM job WHERE finished IS NULL AND NOT held AND due <= ? ORDER BY number"
    rows = db.execute(query, (iso(now),)).fetchall()
    if rows:
        _finish_all(db, rows, now)


def _finish_all(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]], now: dt.datetime) -> None:
    known = {account.id: account for account in accounts.every(db)}
    for job in map(_job, rows):
        finish(db, job, known[job.account], now)


def _take_plan(db: sqlite3.Connection, kind: str) -> tuple[bool, str | None]:
    """Whether the next job of this kind is held, and its verdict if one is planned."""
    group = next((name for name, kinds in GROUPS.items() if kind in kinds), kind)
    query = (
        "SELECT id, verdict, remaining FROM job_plan WHERE (kind IS NULL OR kind IN (?, ?))"
        " AND (remaining IS NULL OR remaining > 0) ORDER BY id LIMIT 1"
    )
    plan = db.execute(query, (group, kind)).fetchone()
    if plan is None:
        return False, None
    db.execute("UPDATE job_plan SET remaining = remaining - 1 WHERE id = ?", (plan[0],))
    return plan[1] is None, plan[1]


def plan(db: sqlite3.Connection, kind: str | None, count: int | None, verdict: str | None) -> None:
    """Hold the next jobs of a kind (no verdict), or let them end in a status word; no count = until released."""
    db.execute("INSERT INTO job_plan (kind, verdict, remaining) VALUES (?, ?, ?)", (kind, verdict, count))


def unfinished(db: sqlite3.Connection) -> list[Job]:
    """All unfinished jobs of all accounts, in the order in which they were accepted."""
    query = f"SELECT {_COLUMNS} FROM job WHERE finished IS NULL ORDER BY number"
    return [_job(row) for row in db.execute(query)]


def release(db: sqlite3.Connection, now: dt.datetime, ids: list[str] | None, *, reverse: bool) -> list[str]:
    """Finish held jobs now, in the order given, else as accepted or the other way round; the ids finished."""
    held = {job.id: job for job in unfinished(db) if job.held}
    if ids is None:
        db.execute("DELETE FROM job_plan WHERE verdict IS NULL")
        ids = list(reversed(held)) if reverse else list(held)
    chosen = [held[job_id] for job_id in ids if job_id in held]
    known = {account.id: account for account in accounts.every(db)}
    for job in chosen:
        finish(db, job, known[job.account], now)
    return [job.id for job in chosen]
