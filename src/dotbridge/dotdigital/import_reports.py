"""One shape for what an import did, whichever of the two transports carried it: the importer settles from this.

v3 tells created, updated and failed contacts by name; v2 tells counters and a file of faults in prose (§13.6, §16.5).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.errors import build
from dotbridge.dotdigital.words import Word
from dotbridge.errors import DotbridgeError

ImportState = Literal["running", "finished", "rejected_by_watchdog", "contact_limit", "invalid_file", "failed"]

_STATES: dict[str, ImportState] = {
    "finished": "finished",
    "completed": "finished",
    "rejectedbywatchdog": "rejected_by_watchdog",
    "exceedsallowedcontactlimit": "contact_limit",
    "invalidfileformat": "invalid_file",
    "failed": "failed",
    "complete": "finished",
    "unknown": "failed",  # "unknown state, possibly a wrong id": terminal (§13.5)
}

SUPPRESSED = frozenset(
    {
        "unsubscribed",
        "globally_suppressed",
        "hard_bounced",
        "soft_bounced",
        "isp_complained",
        "mail_blocked",
        "domain_suppressed",
        "suppressed_by_owner",
        "blocked",
        "pending_opt_in",
    }
)
"""Reasons that lie with the person or the address and not with the record: the record settles as suppressed."""

_REASONS = {
    "globallysuppressed": "globally_suppressed",
    "invalidemail": "invalid_email",
    "invalidentries": "invalid_email",
    "invaliddomain": "invalid_email",
    "duplicate": "duplicate",
    "duplicateemails": "duplicate",
    "blocker": "blocked",
    "blocked": "blocked",
    "unsubscribed": "unsubscribed",
    "hardbounced": "hard_bounced",
    "softbounced": "soft_bounced",
    "complainedtoisp": "isp_complained",
    "ispcomplaints": "isp_complained",
    "ispcomplained": "isp_complained",
    "mailblocked": "mail_blocked",
    "suppressedbydomain": "domain_suppressed",
    "domainsuppressed": "domain_suppressed",
    "pendingoptin": "pending_opt_in",
    "pendingdoubleoptin": "pending_opt_in",
    "suppressedbyyou": "suppressed_by_owner",
    "suppressedcontacts": "suppressed_by_owner",
    "failures": "failure",
    "failed": "failure",
    "apischemaviolation": "schema_violation",
    "invalidcontactid": "invalid_contact_id",
    "invalidphonenumber": "invalid_phone_number",
    "invalidcontact": "invalid_contact",
    "invalidaddressbookids": "invalid_list",
    "invalidmatchidentifier": "invalid_identifier",
    "novalididentifiers": "invalid_identifier",
    "invalidcontactstatus": "invalid_status",
}


class ContactCounters(msgspec.Struct, frozen=True):
    """What Dotdigital counted; a kind that the transport does not count is 0."""

    created: int = 0
    updated: int = 0
    globally_suppressed: int = 0
    invalid: int = 0
    duplicate: int = 0
    suppressed: int = 0
    failed: int = 0


class TakenContact(msgspec.Struct, frozen=True):
    """A contact that was created or updated. The v2 transport names none: whoever sent the file looks them up."""

    contact_id: int
    email: str
    identifiers: dict[str, str]
    created: bool


class ContactFault(msgspec.Struct, frozen=True):
    """One refused row. ``value`` is its ``identifier`` as we sent it, to find the record by.

    ``reason`` is our word (an unknown one is kept in our spelling), ``detail`` Dotdigital's text. ``partial``: the
    contact itself was taken and only something attached to it (a list, a preference) was not.
    """

    identifier: str
    value: str
    reason: Word
    detail: str = ""
    contact_id: int | None = None
    partial: bool = False

    @property
    def suppressed(self) -> bool:
        """Whether the person and not the record is the reason."""
        return self.reason in SUPPRESSED


class ContactImport(msgspec.Struct, frozen=True):
    """An import of contacts as it stands; counters, taken and faults are complete once it is ``finished``."""

    id: str
    state: ImportState
    counters: ContactCounters = ContactCounters()
    taken: tuple[TakenContact, ...] = ()
    faults: tuple[ContactFault, ...] = ()


class InsightFault(msgspec.Struct, frozen=True):
    """One refused record. ``reason`` e.g. contact_email_does_not_exist, json_value_incompatible_with_schema."""

    key: str
    reason: Word
    details: tuple[str, ...] = ()
    identifier: str = ""
    value: str = ""

    @property
    def contact_missing(self) -> bool:
        """Whether the record only came before its contact (§15.5)."""
        return self.reason.startswith("contact_") and self.reason.endswith("_does_not_exist")


class InsightImport(msgspec.Struct, frozen=True):
    """An import of insight records as it stands; totals and faults are complete once it is ``finished``."""

    id: str
    state: ImportState
    collection: str = ""
    total: int = 0
    imported: int = 0
    rejected: int = 0
    faults: tuple[InsightFault, ...] = ()


def state_of(status: str) -> ImportState:
    """Our word for an import's status; what is not known as an end is still running (§13.5, §17.3)."""
    return _STATES.get(_squeezed(status), "running")


def reason_of(text: str) -> Word:
    """Our word for a reason in prose or code, compared without case and spaces."""
    return Word(_REASONS.get(_squeezed(text), Word.parse(text)))


def refusal_of(state: ImportState) -> DotbridgeError | None:
    """The error of an import that was refused as a whole; ``None`` while it runs and when it finished."""
    code = {
        "rejected_by_watchdog": codes.WATCHDOG,
        "contact_limit": codes.CONTACT_LIMIT,
        "invalid_file": codes.FILE_INVALID,
        "failed": codes.IMPORT_FAILED,
    }.get(state)
    return build(code, "") if code else None


def _squeezed(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
