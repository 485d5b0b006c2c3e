"""The e-mail subscription of one contact as a pure state machine: who may turn which status into which.

Statuses fall into three groups. *Open* ones take every change. *Chosen* ones were left by a decision of the contact
or of the account's owner; a resubscription leads back. From *final* ones, bounces and complaints and the like, no call
of the API leads back. It knows no contact, no database and no HTTP (contract 11.2, 11.5, 11.6, 16.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Status(StrEnum):
    """Status of the e-mail channel, in the spelling of v3 where v3 has one."""

    NO_SUBSCRIPTION = "noSubscription"
    SUBSCRIBED = "subscribed"
    PENDING = "pendingOptIn"
    SOFT_BOUNCED = "softBounced"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    HARD_BOUNCED = "hardBounced"
    ISP_COMPLAINED = "ispComplained"
    DIRECT_COMPLAINT = "directComplaint"
    MAIL_BLOCKED = "mailBlocked"
    NO_MX_RECORD = "noMxRecord"
    DOMAIN_SUPPRESSED = "domainSuppressed"
    SHARED_SUPPRESSION = "sharedsuppression"
    BLOCKED_LOCAL_PART = "blockedlocalpart"


class OptIn(StrEnum):
    UNKNOWN = "Unknown"
    SINGLE = "Single"
    DOUBLE = "Double"
    VERIFIED_DOUBLE = "VerifiedDouble"


class Resubscribed(StrEnum):
    """What a resubscription came to, in the words of v2."""

    ADDED = "ContactAdded"
    CHALLENGED = "ContactChallenged"
    REFUSED = "ContactCannotBeUnsuppressed"


OPEN = frozenset({Status.NO_SUBSCRIPTION, Status.SUBSCRIBED, Status.PENDING, Status.SOFT_BOUNCED})
CHOSEN = frozenset({Status.UNSUBSCRIBED, Status.SUPPRESSED})
FINAL = frozenset(Status) - OPEN - CHOSEN

# How strongly a status holds: a change to a weaker closed status is no change.
_WEIGHT = dict.fromkeys(OPEN, 0) | {Status.UNSUBSCRIBED: 1, Status.SUPPRESSED: 2} | dict.fromkeys(FINAL, 3)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where one contact's e-mail channel stands; ``challenged`` = a confirmation mail is on its way."""

    status: Status = Status.NO_SUBSCRIPTION
    opt_in: OptIn = OptIn.UNKNOWN
    challenged: bool = False

    @property
    def blocked(self) -> bool:
        """Whether v2 refuses to write this contact."""
        return self.status not in OPEN


def _subscribe(current: Subscription, opt_in: OptIn, *, double_opt_in: bool) -> Subscription:
    """Subscribed now, or pending when the opt-in or the account wants a confirmation first."""
    if opt_in is OptIn.VERIFIED_DOUBLE or double_opt_in:
        return Subscription(Status.PENDING, OptIn.DOUBLE, challenged=True)
    return replace(current, status=Status.SUBSCRIBED, opt_in=opt_in, challenged=False)


def begin(status: Status | None, opt_in: OptIn | None, *, double_opt_in: bool) -> Subscription:
    """A new contact's channel: an unset status becomes subscribed (16.3)."""
    wanted = opt_in or OptIn.UNKNOWN
    if status is None or status is Status.SUBSCRIBED:
        return _subscribe(Subscription(), wanted, double_opt_in=double_opt_in)
    kept = OptIn.UNKNOWN if wanted is OptIn.VERIFIED_DOUBLE else wanted
    return Subscription(status, kept)


def write(
    current: Subscription,
    status: Status | None,
    opt_in: OptIn | None,
    *,
    challenge: bool = False,
    double_opt_in: bool = False,
) -> Subscription:
    """A known contact written: an unset status stays; subscribed on a closed one is a resubscription."""
    if status is Status.SUBSCRIBED:
        return _write_subscribed(current, opt_in, challenge=challenge, double_opt_in=double_opt_in)
    if status is not None:
        return close(_write_opt_in(current, opt_in), status)
    return _write_opt_in(current, opt_in)


def _write_subscribed(
    current: Subscription, opt_in: OptIn | None, *, challenge: bool, double_opt_in: bool
) -> Subscription:
    if current.blocked:
        return resubscribe(current, opt_in, challenge=challenge, double_opt_in=double_opt_in)[0]
    if current.status is Status.NO_SUBSCRIPTION:
        return _subscribe(current, opt_in or current.opt_in, double_opt_in=double_opt_in)
    return _write_opt_in(current, opt_in)


def _write_opt_in(current: Subscription, opt_in: OptIn | None) -> Subscription:
    """The opt-in type alone: VerifiedDouble asks an open contact for a confirmation, once; it opens nothing."""
    if opt_in is None or current.status is Status.PENDING or opt_in is current.opt_in:
        return current
    if opt_in is not OptIn.VERIFIED_DOUBLE:
        return replace(current, opt_in=opt_in)
    if current.status in (Status.SUBSCRIBED, Status.SOFT_BOUNCED):
        return Subscription(Status.PENDING, OptIn.DOUBLE, challenged=True)
    return current


def close(current: Subscription, status: Status) -> Subscription:
    """Leave the open group for ``status``, unless a stronger one holds already."""
    if current.blocked and _WEIGHT[current.status] >= _WEIGHT[status]:
        return current
    return Subscription(status, current.opt_in)


def resubscribe(
    current: Subscription, opt_in: OptIn | None, *, challenge: bool, double_opt_in: bool
) -> tuple[Subscription, Resubscribed]:
    """Bring a contact back, or ask it first; what no decision closed, no call reopens (11.6)."""
    if not current.blocked:
        return _write_subscribed(current, opt_in, challenge=challenge, double_opt_in=double_opt_in), Resubscribed.ADDED
    if current.status in FINAL:
        return current, Resubscribed.REFUSED
    wanted = opt_in or current.opt_in
    if challenge or double_opt_in or opt_in is OptIn.VERIFIED_DOUBLE:
        return replace(current, challenged=True), Resubscribed.CHALLENGED
    return Subscription(Status.SUBSCRIBED, wanted), Resubscribed.ADDED


def confirm(current: Subscription) -> Subscription:
    """The contact clicked the confirmation: subscribed and verified, if one was on its way."""
    if not current.challenged or current.status in FINAL:
        return current
    return Subscription(Status.SUBSCRIBED, OptIn.VERIFIED_DOUBLE)


def soft_bounce(current: Subscription) -> Subscription:
    """A temporary bounce marks only a subscribed contact."""
    return replace(current, status=Status.SOFT_BOUNCED) if current.status is Status.SUBSCRIBED else current


def newly_subscribed(before: Subscription | None, after: Subscription) -> bool:
    """Whether this step is a (re)subscription, the moment that LASTSUBSCRIBED keeps."""
    if after.status is not Status.SUBSCRIBED:
        return False
    return before is None or before.status not in (Status.SUBSCRIBED, Status.SOFT_BOUNCED)


def newly_removed(before: Subscription | None, after: Subscription) -> bool:
    """Whether this step puts a row into the suppression feed."""
    feeds = after.blocked or after.status is Status.SOFT_BOUNCED
    return feeds and (before is None or before.status is not after.status)
