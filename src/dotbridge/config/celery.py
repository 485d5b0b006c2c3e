"""Celery on RabbitMQ: the queues, the one task, and how workers are told to stop.

A message carries a job id and nothing else. It is acknowledged after the turn and given out again when its worker dies;
queues are quorum queues, so that a broker that is killed keeps them. No ETA and no countdown: due times live in the
job table, and `dotbridge beat` announces them.
"""

from __future__ import annotations

import logging
import mmap
import time
from typing import Any

import billiard.pool
from billiard.exceptions import WorkerLostError
from celery import Celery, Task, signals
from celery.worker.consumer import Consumer
from celery.worker.request import Request
from django.conf import settings
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError

from dotbridge.jobs.claim import give_back
from dotbridge.jobs.engine import perform
from dotbridge.jobs.kinds import LANES, lane_of
from dotbridge.observe.logging import get_logger

_log = get_logger(__name__)

#: Seconds that a message lives: by then its job was announced again, and queues stay short while no worker runs.
_EXPIRES = 60
#: Seconds in which nothing is published after the broker was not there; the scheduler announces what was left out.
_REST = 5.0
#: Looks, a tenth of a second each, that a process of the pool takes for its last message to be read before it ends. A
#: worker that was told to stop may have read its last one already, and then 300 of them would hold up its end for half a
#: minute. Nothing hangs on that message: what a turn did stands in the ledger, and a job given out twice fails its claim.
billiard.pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = 20


class TurnConsumer(Consumer):
    """Celery's consumer without the queues for messages of a later time, which nobody here sends."""

    class Blueprint(Consumer.Blueprint):
        default_steps = [step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in str(step)]


app = Celery("dotbridge")
app.conf.update(
    broker_url=settings.BROKER or None,
    broker_connection_timeout=3,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_heartbeat=20,
    broker_transport_options={"confirm_publish": True},
    task_queues=[
        Queue(lane, Exchange("dotbridge"), routing_key=lane, queue_arguments={"x-queue-type": "quorum"})
        for lane in LANES
    ],
    task_default_queue="bulk",
    task_default_queue_type="quorum",
    task_default_exchange="dotbridge",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_consumer=f"{__name__}:TurnConsumer",
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_max_tasks_per_child=500,
)


class _Stopping:
    """One byte that a worker shares with the processes of its pool: no lock, so that none can die holding it."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def set(self) -> None:
        self._byte[0] = 1

    def is_set(self) -> bool:
        return self._byte[0] == 1

    def wait(self, timeout: float) -> bool:
        until = time.monotonic() + timeout
        while not self.is_set() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))
        return self.is_set()


STOPPING = _Stopping()


def _token(message: str) -> str:
    """The token of the lease that a message's turn holds: by it the worker frees the job when it sees the turn die."""
    return message.replace("-", "")


class _TurnRequest(Request):
    """Frees the job of a pool process that died, at once: the worker saw it die, so nobody need wait for its lease."""

    def on_failure(self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False) -> Any:
        error = exc_info.exception
        if isinstance(getattr(error, "exc", error), WorkerLostError):
            try:
                give_back(_token(self.id))
            except Exception:
                _log.exception("worker.lost")
        return super().on_failure(exc_info, send_failed_event, return_ok)


class _Turn(Task):
    Request = _TurnRequest


@app.task(name="dotbridge.turn", base=_Turn, bind=True)
def turn(self: _Turn, job_id: int) -> None:
    """One turn; what went wrong stands in the job's row."""
    perform(job_id, _token(self.request.id), STOPPING)


_quiet_until = 0.0


def announce(job_id: int, kind: str) -> None:
    """Publishes that a job is due, to the queue of its lane. Never raises: the scheduler finds what was not told."""
    global _quiet_until  # noqa: PLW0603 - one for all threads of the process
    if time.monotonic() < _quiet_until:
        return
    try:
        turn.apply_async((job_id,), queue=lane_of(kind), expiration=_EXPIRES, retry=False)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + _REST
        _log.warning("broker.away", why=type(error).__name__)


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Logging is set up already, with its redaction; a line for each message would say nothing that runs do not."""
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.worker_shutting_down.connect
def _ask_to_stop(**_: Any) -> None:
    """Turns end at their next safe point and give their leases back; then the worker ends by itself."""
    STOPPING.set()
