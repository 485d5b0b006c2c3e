"""What the buttons do: each one change by compare-and-swap, written into the audit log in the same transaction."""

from __future__ import annotations

from dotbridge.accounts.audit import note
from dotbridge.jobs.schedule import wake
from dotbridge.ledger import clock, hot
from dotbridge.ledger.models import EmailImporter, Job, Website
from dotbridge.ledger.retry import Group, Retried, retry
from dotbridge.ledger.states import BatchState
from dotbridge.ledger.transaction import writing
from dotbridge.ledger.wake import tell
from dotbridge.web.shelves import Shelf


def release_batch(actor: str, batch_id: int) -> bool:
    """Queues a parked batch again, due at once; False when it is not parked any more (another person was faster)."""
    with writing():
        batch = EmailImporter.objects.filter(pk=batch_id).only("account_id", "code").first()
        moved = batch is not None and hot.move_batch(
            batch_id,
            [BatchState.PARKED],
            BatchState.QUEUED,
            due_at=clock.now(),
            waits_for="",
            code="",
            detail="",
            attempts=0,
        )
        if moved and batch is not None:
            note(actor, "batch.released", f"batch {batch_id}", before={"state": "parked", "code": batch.code})
            wake("importer", f"account:{batch.account_id}")
    return moved


def pause_job(actor: str, job_id: int) -> bool:
    """Pauses a job; one that is running ends its turn first. False when it was paused already."""
    return _change(
        actor,
        job_id,
        "job.paused",
        # A worker may finish at the same moment: it looks at `paused` and leaves the job paused.
        "UPDATE job SET paused = 1, state = CASE WHEN state = 'idle' THEN 'paused' ELSE state END"
        " WHERE id = %s AND paused = 0",
    )


def resume_job(actor: str, job_id: int) -> bool:
    """Lets a paused job work again, when it is due. False when it was not paused."""
    return _change(
        actor,
        job_id,
        "job.resumed",
        "UPDATE job SET paused = 0, state = CASE WHEN state = 'paused' THEN 'idle' ELSE state END"
        " WHERE id = %s AND (paused = 1 OR state = 'paused')",
    )


def run_job(actor: str, job_id: int) -> bool:
    """Makes a job due now. False when it is paused, or running already."""
    return _change(
        actor,
        job_id,
        "job.started",
        "UPDATE job SET due_at = %s WHERE id = %s AND paused = 0 AND state = 'idle'",
        clock.now(),
    )


def _change(actor: str, job_id: int, action: str, sql: str, *values: float) -> bool:
    with writing():
        moved = hot.execute(sql, (*values, job_id)) == 1
        if moved:
            job = Job.objects.only("kind", "target", "due_at").get(pk=job_id)
            if action != "job.paused" and job.due_at <= clock.now():
                tell(job_id, job.kind)
            note(actor, action, f"{job.kind} {job.target}")
    return moved


def retry_group(actor: str, shelf: Shelf, group: Group, ids: list[int] | None = None) -> Retried:
    """Retries a group of records, or some of it, and makes the jobs due that read them."""
    done = retry(group, ids)
    if done.number:
        owner = {"account_id__in": done.owners} if shelf.key == "contacts" else {"id__in": done.owners}
        with writing():
            note(
                actor,
                "records.retried",
                f"{shelf.key} {group.code}",
                before={"state": group.state, "code": group.code},
                after={"records": done.number, "chosen": ids is not None},
            )
            for website_id in Website.objects.filter(**owner).values_list("id", flat=True):
                wake(shelf.job, f"website:{website_id}")
    return done
