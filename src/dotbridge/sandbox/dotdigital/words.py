"""The same statuses in the words of v2 and v3, and the words that callers may write (contract, sections 8 and 16.3)."""

from __future__ import annotations

from .subscription import OptIn, Status

V2_STATUS = {
    Status.NO_SUBSCRIPTION: "Subscribed",
    Status.SUBSCRIBED: "Subscribed",
    Status.PENDING: "PendingOptIn",
    Status.SOFT_BOUNCED: "SoftBounced",
    Status.UNSUBSCRIBED: "Unsubscribed",
    Status.SUPPRESSED: "Suppressed",
    Status.HARD_BOUNCED: "HardBounced",
    Status.ISP_COMPLAINED: "IspComplained",
    Status.DIRECT_COMPLAINT: "DirectComplaint",
    Status.MAIL_BLOCKED: "MailBlocked",
    Status.NO_MX_RECORD: "NoMxRecord",
    Status.DOMAIN_SUPPRESSED: "DomainSuppression",
    Status.SHARED_SUPPRESSION: "NotAllowed",
    Status.BLOCKED_LOCAL_PART: "NotAllowed",
}

# v3 has no word for these two; the nearest of its own stands in.
V3_CHANNEL = {Status.MAIL_BLOCKED: "softBounced", Status.NO_MX_RECORD: "hardBounced"}

V3_CONTACT = {
    Status.NO_SUBSCRIPTION: "noSubscription",
    Status.SUBSCRIBED: "subscribed",
    Status.SOFT_BOUNCED: "subscribed",
    Status.PENDING: "pendingOptIn",
    Status.UNSUBSCRIBED: "unsubscribed",
}

OPT_INS = {opt_in.lower(): opt_in for opt_in in OptIn}
EMAIL_TYPES = {"html": "Html", "plaintext": "PlainText"}
V3_EMAIL_WRITE = {"subscribed": Status.SUBSCRIBED, "unsubscribed": Status.UNSUBSCRIBED, "suppressed": Status.SUPPRESSED}
V3_MOBILE_WRITE = {word.lower(): word for word in ("noSubscription", "subscribed", "unsubscribed", "suppressed")}
VISIBILITIES = {"private": "Private", "public": "Public"}


def channel_word(status: Status) -> str:
    return V3_CHANNEL.get(status, status.value)


def contact_word(status: Status) -> str:
    """The status of a whole v3 contact: every closed status but unsubscribed reads suppressed."""
    return V3_CONTACT.get(status, "suppressed")
