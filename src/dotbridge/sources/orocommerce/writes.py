"""What Dotdigital knows of a person, written into Oro as marketing activities (§7.3, 1.11).

Oro's own integration writes *send* when a campaign was sent, *open* and *click* as they come, and the three ends of a
subscription. The API creates them; nothing else of the marketing side has a resource.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from dotbridge.http.errors import OutcomeUnknown
from dotbridge.sources.orocommerce.client import Api
from dotbridge.sources.orocommerce.jsonapi import Query, Resource

Kind = Literal["send", "open", "click", "soft_bounce", "hard_bounce", "unsubscribe"]


class Activity(NamedTuple):
    """One thing that happened to a person. ``person`` is (API type, id), as ("customerusers", "16"); ``details`` is the
    clicked address; ``at`` an instant in our form; ``campaign_id`` Oro's marketing campaign, "" for none."""

    kind: Kind
    at: str
    person: tuple[str, str]
    campaign_id: str = ""
    details: str = ""


class MarketingActivities:
    """Creates activities, each once: an Oro activity has no key of its own, so what is there already is looked for."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def write(self, activities: Iterable[Activity]) -> list[str]:
        """Ids of the activities, made now or found, in order. Doing it twice makes nothing twice."""
        return [self._write(one) for one in activities]

    def _write(self, activity: Activity) -> str:
        if there := self._find(activity):
            return there
        try:
            return self._api.create("marketingactivities", document(activity))
        except OutcomeUnknown:
            # The answer was lost; whether it was made, the next look tells.
            if there := self._find(activity):
                return there
            raise

    def _find(self, activity: Activity) -> str:
        query = Query(
            "marketingactivities",
            (("actionDate", "", activity.at), ("marketingActivityType", "", activity.kind)),
            size=500,
        )
        return next((one.id for one in self._api.every(query) if _same(one, activity)), "")


def document(activity: Activity) -> dict[str, Any]:
    """The body that creates an activity."""
    kind, record = activity.person
    links: dict[str, Any] = {
        "marketingActivityType": {"data": {"type": "marketingactivitytypes", "id": activity.kind}},
        "entity": {"data": {"type": kind, "id": record}},
    }
    if activity.campaign_id:
        links["campaign"] = {"data": {"type": "campaigns", "id": activity.campaign_id}}
    attributes: dict[str, Any] = {"actionDate": activity.at}
    if activity.details:
        attributes["details"] = activity.details
    return {"data": {"type": "marketingactivities", "attributes": attributes, "relationships": links}}


def _same(one: Resource, activity: Activity) -> bool:
    return (
        one.link("entity") == activity.person[1]
        and one.link("campaign") == activity.campaign_id
        and one.text("details") == activity.details
    )
