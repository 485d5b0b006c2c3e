"""Orders of a profile, with their payments and discount codes; refunds are found on payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from dotbridge.commerce.order import Order
from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError
from dotbridge.sources.codes import SETTING_UNFIT
from dotbridge.sources.commercetools.client import Ask, Json
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.streams.windows import Found, Track, WindowStream
from dotbridge.sources.commercetools.to_commerce.order import STATUSES, Choices, order

_WORKFLOW = "workflow_state"
_STATUS_OF = ("order_state", "payment_state", "shipment_state", _WORKFLOW)
_LISTS = ("include", "exclude", "rename")


class OrderRow(NamedTuple):
    """An order in its profile, with the address of whom it belongs to."""

    order: Json
    profile: Profile
    email: str


class Orders(WindowStream[Order]):
    """A page costs one call, and one more where orders name a customer and no address; each window two more."""

    name: ClassVar[str] = "orders"
    resource: ClassVar[str] = "orders"
    most: ClassVar[int] = 150
    compare_every: ClassVar[int] = 604_800
    compare_why: ClassVar[str] = "Whether an order edit moves lastModifiedAt is not promised. One call per 150 orders."

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._choices = self._chosen(project)
        state = ("state",) if self._choices.status == _WORKFLOW else ()
        self.expand = ("paymentInfo.payments[*]", "discountCodes[*].discountCode", *state)

    def scope(self, profile: Profile) -> tuple[str, ...]:
        return profile.within("store({})", "store is not defined")

    def tracks(self, profile: Profile) -> tuple[Track, ...]:
        def follow(payments: Sequence[Json]) -> Found:
            ids = [payment["id"] for payment in payments]
            return self.matching(profile, "id", ids, "paymentInfo(payments({}))"), ()

        told = self.messages("order", ("OrderDeleted", "OrderEditApplied"), self.told(profile))
        return Track("payments", follow), told

    def rows(self, profile: Profile, items: Sequence[Json]) -> Sequence[OrderRow]:
        unnamed = [item for item in items if not item.get("customerEmail") and item.get("customerId")]
        customers = self._project.customers([str(item["customerId"]) for item in unnamed])
        return [OrderRow(item, profile, email_of(item, customers)) for item in items]

    def guests(self, website: Website, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """(order id, e-mail as typed) of the next orders without an account behind ``after``; none at the end."""
        profile = self._project.profile(website.source_id)
        ask = Ask((*self.scope(profile), "customerId is not defined"), min(limit, self.most))
        items = self._project.api.page(self.resource, ask, after).items
        return [(item["id"], email_of(item, {})) for item in items]

    def item(self, row: OrderRow) -> Json:
        return row.order

    def understand(self, row: Any) -> Order:
        return order(row.order, row.profile, row.email, self._choices)

    @staticmethod
    def _chosen(project: Project) -> Choices:
        """What the connection says about orders; raises ConfigError for a word that is none."""
        status = project.choice("status", _STATUS_OF)
        lists = project.table("order_fields")
        unknown = sorted(set(lists) - set(_LISTS))
        if unknown:
            raise ConfigError(SETTING_UNFIT, f"order_fields: {unknown[0]!r} is not one of {', '.join(_LISTS)}.")
        begun: Mapping[str, str] = STATUSES if status == "order_state" else {}
        return Choices(
            status,
            {**begun, **project.table("status_names")},
            project.choice("order_key", ("id", "number")),
            frozenset(lists.get("include") or ()),
            frozenset(lists.get("exclude") or ()),
            lists.get("rename") or {},
        )


def email_of(item: Json, customers: Mapping[str, Json]) -> str:
    """Its own address, else that of its customer, else that of the billing address; "" for none (§11.3)."""
    candidates = (
        item.get("customerEmail"),
        customers.get(str(item.get("customerId")), {}).get("email"),
        (item.get("billingAddress") or {}).get("email"),
    )
    return next((str(one).strip() for one in candidates if one), "")
