"""Takes what is posted for a connection: refused before it is kept, kept before it is answered."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from dotbridge.errors import Code, DotbridgeError, RecordError
from dotbridge.events.codes import FORM_UNKNOWN, TOO_LARGE
from dotbridge.events.plain import PlainForm
from dotbridge.jobs.told import take_in
from dotbridge.ledger import clock
from dotbridge.ledger.models import Connection
from dotbridge.observe.logging import get_logger
from dotbridge.sources.base import EventForm, Happened, Posted
from dotbridge.sources.codes import EVENT_BROKEN, EVENT_FORGED, EVENT_STALE
from dotbridge.sources.registry import platform

_log = get_logger(__name__)

#: Bytes of a post; a queue's message has at most 256 KB (contract commercetools §9.3), an Adobe event 64 KB.
LARGEST = 1_000_000
_STATUS = {EVENT_FORGED: 401, EVENT_STALE: 400, EVENT_BROKEN: 400, FORM_UNKNOWN: 400, TOO_LARGE: 413}


@csrf_exempt
def receive(request: HttpRequest, key: str) -> HttpResponse:
    """Answers 200 once everything is kept; 401, 400 or 413 with nothing kept; 503 when it could not be verified now."""
    try:
        posted = _read(request)
        # Whoever does not know the secret does not learn which connections there are: one that is not there is asked
        # like one without a secret, and answers the same after the same work.
        connection = Connection.objects.filter(key=key).first() or Connection(key=key, secrets="{}")
        own = platform(connection.platform).event_forms() if connection.platform else ()
        form = _form((PlainForm, *own), connection, posted)
        answer = form.handshake(posted)
        if answer is not None:
            return HttpResponse(answer.body, answer.content_type, answer.status, headers=dict(answer.headers))
        form.verify(posted)
        happened = form.decode(posted.headers, posted.body)
        if isinstance(form, PlainForm):
            _check(happened, platform(connection.platform).collections)
        kept = take_in(connection, happened, posted.body)
    except UnreadablePostError:
        return HttpResponse(status=400)
    except DotbridgeError as error:
        code = error.code
        if code is EVENT_FORGED and request.method != "POST":
            code = FORM_UNKNOWN
        _log.warning("event.refused", connection=key, code=code.id)
        return _told(_STATUS.get(code, 503), code, error.why)
    return HttpResponse(orjson.dumps({"new": kept.new, "known": kept.known}), "application/json")


def _read(request: HttpRequest) -> Posted:
    """The post; raises RecordError TOO_LARGE before it has read more than that."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise RecordError(TOO_LARGE)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise RecordError(TOO_LARGE)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Posted(request.method or "", headers, request.GET.dict(), body, clock.now())


def _form(forms: Sequence[type[EventForm]], connection: Connection, posted: Posted) -> EventForm:
    settings = {**connection.settings, **orjson.loads(connection.secrets or "{}")}
    for kind in forms:
        form = kind(settings)
        if form.recognises(posted):
            return form
    # An unsigned post of our own form is the usual mistake.
    raise RecordError(FORM_UNKNOWN if posted.method != "POST" else EVENT_FORGED)


def _check(happened: list[Happened], streams: Sequence[str]) -> None:
    for one in happened:
        if one.stream not in streams:
            raise RecordError(EVENT_BROKEN, f"{one.stream!r} is not one of {', '.join(streams)}.", field="kind")


def _told(status: int, code: Code, why: str) -> HttpResponse:
    body = {"code": code.id, "what": code.what, "why": why, "todo": code.todo}
    return HttpResponse(orjson.dumps(body), "application/json", status)
