"""Sets up that commercetools tells of changes: one subscription under our key (commercetools §9.3).

There is no plain webhook among its destinations; the topic that is named pushes to the event door, or we pull.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.sources.base import Check
from dotbridge.sources.commercetools.client import Json
from dotbridge.sources.commercetools.codes import CALL_REFUSED, DESTINATION_UNFIT, NOT_FOUND, SUBSCRIPTION_REFUSED
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.streams.products import SELECTED
from dotbridge.sources.commercetools.tailoring import TAILORED

KEY = "dotbridge"
#: Members of each destination that can push to us, or that we can pull from, the required ones first.
DESTINATIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "GoogleCloudPubSub": (("projectId", "topic"), ()),
    "SQS": (("queueUrl", "region"), ("authenticationMode", "accessKey", "accessSecret")),
    "SNS": (("topicArn",), ("authenticationMode", "accessKey", "accessSecret")),
    "EventBridge": (("region", "accountId"), ()),
    "EventGrid": (("uri", "accessKey"), ()),
}
#: Types of messages by resource; none for all of them. Changes of products are told for each background update too.
_MESSAGES: Mapping[str, tuple[str, ...]] = {
    "order": (),
    "payment": ("PaymentTransactionAdded", "PaymentTransactionStateChanged"),
    "product": ("ProductPublished", "ProductUnpublished", "ProductDeleted"),
    "product-selection": SELECTED,
    "product-tailoring": TAILORED,
}
_CHANGES = ("customer", "cart", "inventory-entry", "standalone-price", "review", "shopping-list")


def draft(destination: Mapping[str, str]) -> Json:
    """The subscription with this destination; raises ConfigError for one that does not lead to us, or is incomplete."""
    kind = destination.get("type", "")
    if kind not in DESTINATIONS:
        why = f"Its type is {kind!r}" if kind else "It has no type"
        raise ConfigError(DESTINATION_UNFIT, f"{why}; it may be {', '.join(DESTINATIONS)}.", field="type")
    required, optional = DESTINATIONS[kind]
    missing = [name for name in required if not destination.get(name)]
    unknown = sorted(set(destination) - {"type", *required, *optional})
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has no {', '.join(unknown)}"
        raise ConfigError(DESTINATION_UNFIT, f"{kind} {what}.", field=(missing or unknown)[0])
    return {
        "key": KEY,
        "destination": dict(destination),
        "messages": [
            {"resourceTypeId": name, **({"types": list(types)} if types else {})} for name, types in _MESSAGES.items()
        ],
        "changes": [{"resourceTypeId": name} for name in _CHANGES],
        # Event Grid takes nothing else.
        "format": {"type": "CloudEvents", "cloudEventsVersion": "1.0"} if kind == "EventGrid" else {"type": "Platform"},
    }


def subscribe(project: Project, destination: Mapping[str, str]) -> Check:
    """Makes the subscription, unless it is there already; doing it twice makes one."""
    wanted = draft(destination)
    held = _held(project)
    if held is None:
        try:
            held = project.api.create("subscriptions", wanted)
        except FatalError as error:
            if error.code is CALL_REFUSED:
                raise ConfigError(SUBSCRIPTION_REFUSED, error.why) from error
            raise
        text = f"A subscription to {wanted['destination']['type']} was made; it takes effect within a minute."
        return Check("subscription", "ok", text)
    there, status = (held.get("destination") or {}).get("type"), held.get("status") or "Healthy"
    if there != wanted["destination"]["type"] or status != "Healthy":
        text = f"There is a subscription {KEY!r} to {there} already, whose status is {status}."
        return Check("subscription", "failed", text, "Delete it in the project, then run this again.")
    return Check("subscription", "ok", f"The subscription to {there} is there already, and healthy.")


def _held(project: Project) -> Any:
    try:
        return project.api.get(f"subscriptions/key={KEY}", name="subscription")
    except DotbridgeError as error:
        if error.code is NOT_FOUND:
            return None
        raise
