"""Controls over work in progress: hold it, let it end badly, release it in an order of one's own."""

from __future__ import annotations

from typing import Any

from . import jobs
from .control import body
from .exchange import Answer, Call
from .refusals import refuse
from .routing import Routes

routes = Routes()

_KINDS = (
    *jobs.GROUPS, *jobs.CONTACT_IMPORTS, *jobs.INSIGHT_IMPORTS, "contact_delete", "list_removal", "collection_empty",
    "collection_delete",
)  # fmt: skip
_ENDINGS = ("RejectedByWatchdog", "ExceedsAllowedContactLimit", "InvalidFileFormat", "Failed", "Unknown")


def _plan(call: Call, verdict: str | None) -> Answer:
    given = body(call.incoming)
    kind, count = given.get("kind"), given.get("count")
    if (kind is not None and kind not in _KINDS) or not (count is None or isinstance(count, int)):
        refuse("", 400, text=f"kind is one of {', '.join(_KINDS)}; count is a number")
    jobs.plan(call.db, kind, count, verdict)
    return Answer.of({"kind": kind, "count": count, "ending": verdict}, 201)


@routes.on("POST", "/sandbox/imports/hold")
def hold(call: Call) -> Answer:
    """``{"kind", "count"}``: the next ones stay unfinished until released; without a count, all of them."""
    return _plan(call, None)


@routes.on("POST", "/sandbox/imports/fail")
def fail(call: Call) -> Answer:
    """``{"kind", "count", "status"}``: the next ones end in this status and write nothing."""
    verdict = str(body(call.incoming).get("status") or "Failed")
    if verdict not in _ENDINGS:
        refuse("", 400, text=f"status is one of {', '.join(_ENDINGS)}")
    return _plan(call, verdict)


@routes.on("POST", "/sandbox/imports/release")
def release(call: Call) -> Answer:
    """``{"ids": [...]}`` finish now in this order; without ids all held ones do, and holding ends; ``reverse`` too."""
    given: dict[str, Any] = body(call.incoming)
    ids = given.get("ids")
    if ids is not None and not isinstance(ids, list):
        refuse("", 400, text="ids is a list of import ids")
    return Answer.of({"finished": jobs.release(call.db, call.now, ids, reverse=given.get("reverse") is True)})


@routes.on("GET", "/sandbox/imports")
def list_unfinished(call: Call) -> Answer:
    """What is not finished yet, in the order in which it was accepted."""
    found = jobs.unfinished(call.db)
    return Answer.of([{"id": j.id, "kind": j.kind, "held": j.held, "submitted": j.submitted} for j in found])
