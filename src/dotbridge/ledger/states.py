"""The words for where things stand, and which of them count as what in an audit."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a record stands. Each state has a way back: a change in the shop, a retry, a consent, an undone erasure."""

    #: Seen and not yet sent; ``waits_for`` says what for.
    PENDING = "pending"
    #: In a batch that is on its way.
    STAGED = "staged"
    #: Dotdigital has taken exactly this version, perhaps with warnings.
    ACCEPTED = "accepted"
    #: Refused, by us or by Dotdigital; ``code`` and ``detail`` say why. A change, a retry or a new mapping sends it.
    REJECTED = "rejected"
    #: Dotdigital holds the person suppressed; nothing of theirs is sent until that changes.
    SUPPRESSED = "suppressed"
    #: A named rule of the merchant keeps it out; ``code`` is the rule.
    EXCLUDED = "excluded"
    #: Gone from the shop, and taken out of Dotdigital; it may come back.
    REMOVED = "removed"
    #: Erased on the person's request.
    ERASED = "erased"


class WaitsFor(StrEnum):
    """What a pending record waits for; "" for anything else than a pending one."""

    NOTHING = ""
    #: Its contact must be accepted first.
    CONTACT = "contact"
    #: Its customer has not been read yet.
    CUSTOMER = "customer"
    #: A newer version came while an older one was on the road: read once more.
    READ = "read"
    #: It must be taken out of Dotdigital.
    REMOVAL = "removal"
    #: An order is younger than ``orders.settle_minutes``: tax and discounts may still move.
    SETTLING = "settling"
    #: A person must act.
    PERSON = "person"


class BatchState(StrEnum):
    """Where a batch stands. ``unknown``: it may have arrived; its keys count as open until import_max_age."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    SPLIT = "split"
    PARKED = "parked"
    EXPIRED = "expired"


#: Batches that hold their records: a record in one of them is on the road.
OPEN_BATCHES = (
    BatchState.QUEUED,
    BatchState.SUBMITTING,
    BatchState.SUBMITTED,
    BatchState.UNKNOWN,
    BatchState.PARKED,
)


class Transport(StrEnum):
    """How an import of contacts travels; a batch keeps the one that it was staged for."""

    #: JSON over v3: its report names everyone, and it takes the data of the unsubscribed.
    V3 = "v3"
    #: A CSV file over v2, with a file of faults, as the classic connectors.
    V2 = "v2"


class Lane(StrEnum):
    """Live goes in seconds, bulk in minutes."""

    LIVE = "live"
    BULK = "bulk"
