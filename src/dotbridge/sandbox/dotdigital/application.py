"""One request from end to end: region, sign-in, limits, handler, journal, all in one transaction.

What the handler wrote and what the journal says are committed together before anything is answered.
"""

from __future__ import annotations

import dataclasses
import sqlite3
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import (
    account_calls,
    accounts,
    clock,
    contact_deletes_v3,
    contact_import_run_v2,
    contact_imports_v2,
    contact_imports_v3,
    contacts,
    contacts_v2,
    contacts_v3,
    control,
    control_contacts,
    control_imports,
    data_fields,
    insight_collections_v3,
    insight_imports,
    insight_v2,
    insight_v3,
    jobs,
    journal,
    limits,
    list_members,
    lists,
    page,
    programs,
    state,
    suppression,
)
from .auth import check_region, region_of, sign_in
from .exchange import Answer, Call, Incoming, Refusal
from .faults import Faults, Verdict
from .refusals import refuse, refuse_v3
from .routing import Operation, Router
from .store import Store, savepoint

CALLS = (
    account_calls, data_fields, lists, list_members, contacts_v2, suppression, contact_imports_v2, contacts_v3,
    contact_deletes_v3, contact_imports_v3, insight_v2, insight_imports, insight_v3, insight_collections_v3, programs,
)  # fmt: skip
RUNNERS = (contact_import_run_v2,)
LARGEST_BODY = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer and how it is to be spoilt: ``reset``, ``truncate``, ``accept_then_cut`` or not at all.

    ``at`` is when it was given by the sandbox's clock, in epoch seconds; ``None`` for its own calls.
    """

    answer: Answer
    spoilt: str = ""
    at: float | None = None


class Application:
    """The sandbox without its sockets."""

    def __init__(self, database: Path | str, seeds: Sequence[accounts.Seed]) -> None:
        self.store = Store(database)
        self.faults = Faults()
        self.router = Router(*(module.routes for module in CALLS))
        self.controls = Router(
            control.routes, control_contacts.routes, control_imports.routes, state.routes, programs.controls,
            control.fault_routes(self.faults),
        )  # fmt: skip
        with self.store.transaction() as db:
            for seed in seeds:
                accounts.create(db, seed)
            control.furnish(db)

    def reply(self, incoming: Incoming) -> Reply:
        """Answer one request, after whatever faults are due."""
        if not incoming.segments or incoming.segments[0] == "sandbox":
            return Reply(self._control(incoming))
        verdict = self.faults.judge(f"{incoming.method} {incoming.target}", incoming.body)
        if verdict.seconds:
            time.sleep(verdict.seconds)
        answer, at = self._answer(incoming, verdict)
        spoilt = verdict.kind if verdict.kind in ("reset", "truncate", "accept_then_cut") else ""
        return Reply(answer, spoilt, at)

    def _control(self, incoming: Incoming) -> Answer:
        """The page and the sandbox's own calls: no sign-in, no journal, no faults."""
        with self.store.transaction() as db:
            jobs.finish_due(db, clock.now(db))
            try:
                with savepoint(db):
                    return page.show(db) if not incoming.segments else self._run_control(db, incoming)
            except Refusal as refusal:
                return refusal.answer

    def _run_control(self, db: sqlite3.Connection, incoming: Incoming) -> Answer:
        operation = self.controls.find(incoming.method, incoming.segments)
        if operation is None:
            refuse("", 404, text=f"No control answers {incoming.method} {incoming.target}")
        account = control.chosen_account(db, incoming)
        params = operation.params(incoming.segments)
        return operation.handler(Call(incoming, db, account, clock.now(db), params, 0))

    def _answer(self, incoming: Incoming, verdict: Verdict) -> tuple[Answer, float]:
        with self.store.transaction() as db:
            now = clock.now(db)
            entry = journal.Entry(
                clock.iso(now),
                incoming.method,
                incoming.target,
                len(incoming.body),
                journal.keep_body(db, incoming.body),
            )
            entry.fault = "latency" if verdict.seconds and not verdict.kind else verdict.kind
            answer = _spoken(verdict) or self._handle(db, incoming, entry)
            entry.status = None if verdict.kind == "reset" else answer.status
            entry.answered_bytes = len(answer.body)
            journal.write(db, entry)
            return answer, now.timestamp()

    def _handle(self, db: sqlite3.Connection, incoming: Incoming, entry: journal.Entry) -> Answer:
        now = clock.now(db)
        contacts.purge(db, before=clock.iso(now - contacts.RECYCLE_BIN))
        jobs.finish_due(db, now)
        headers: dict[str, str] = {}
        try:
            with savepoint(db):
                region, segments = region_of(incoming.headers.get("host", ""), incoming.segments)
                account = sign_in(db, incoming.headers)
                entry.account = account.id
                check_region(account, region, segments)
                operation = self._operation(incoming.method, segments)
                entry.tier = operation.tier
                headers = limits.check(db, account, operation, now)
                entry.counted = operation.counted
                _check_size(incoming, segments)
                params = operation.params(segments)
                call = Call(incoming, db, account, now, params, entry.body)
                answer = operation.handler(call)
        except Refusal as refusal:
            answer = refusal.answer
        except Exception:  # noqa: BLE001 - a fault of the sandbox itself: the caller gets the platform's 500
            traceback.print_exc(file=sys.stderr)
            answer = Answer.of({"message": "Error: ERROR_UNKNOWN"}, 500)
        return dataclasses.replace(answer, headers={**headers, **answer.headers}) if headers else answer

    def _operation(self, method: str, segments: tuple[str, ...]) -> Operation:
        found = self.router.find(method, segments)
        if found is None:
            status = 405 if self.router.knows(segments) else 404
            refuse("", status, text=f"No HTTP resource answers {method} /{'/'.join(segments)}")
        return found


def _spoken(verdict: Verdict) -> Answer | None:
    """The answer of a fault that never reaches the handler."""
    if verdict.rule is None or verdict.kind not in ("status", "reset"):
        return None
    rule = verdict.rule
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return Answer(rule.status, rule.body.encode(), rule.content_type, headers)


def _check_size(incoming: Incoming, segments: tuple[str, ...]) -> None:
    if len(incoming.body) > LARGEST_BODY:
        if segments[0] == "v2":
            refuse("ERROR_PARAMETER_INVALID", 413)
        refuse_v3(413, f"{segments[0]}:badRequest", "The request body is larger than 50 MB")
