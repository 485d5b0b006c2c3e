"""Orders with their refunds and parcels (commercetools §8.2, 11.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.notice import Notice
from dotbridge.commerce.order import Order, Shipment
from dotbridge.sources.commercetools.codes import STATUS_UNKNOWN
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.to_commerce.lines import amounts, order_lines
from dotbridge.sources.commercetools.to_commerce.refunds import refunds, returned
from dotbridge.sources.commercetools.to_commerce.values import Json, address, amount, fields, localized, plain, text

STATES = {"Open": "new", "Confirmed": "processing", "Complete": "complete", "Cancelled": "cancelled"}
STATUSES = {"Open": "Pending", "Confirmed": "Paid", "Complete": "Completed", "Cancelled": "Cancelled"}
_SOURCES = {"order_state": "orderState", "payment_state": "paymentState", "shipment_state": "shipmentState"}
APPLIED = "MatchesCart"


class Choices(NamedTuple):
    """What a merchant chose: which state is the status, its names, the order's key, and which custom fields go."""

    status: str = "order_state"
    names: Mapping[str, str] = STATUSES
    key: str = "id"
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    rename: Mapping[str, str] = {}

    def chosen(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Custom fields that were chosen (``*``: all) and not left out, under their new names."""
        names = [name for name in values if name in self.include or "*" in self.include]
        return {self.rename.get(name, name): values[name] for name in names if name not in self.exclude}


def order(row: Json, profile: Profile, email: str, choices: Choices) -> Order:
    """An order as the shopper saw it. ``email`` is its own, or that of the customer behind it."""
    key = text((row.get("store") or {}).get("key"))
    view = profile.view(key)
    locales = _locales(row, profile)
    lines = order_lines(row, returned(row), locales, by_variant=profile.granularity == "variant")
    given_back = refunds(row, lines)
    billing = address(row.get("billingAddress"))
    delivery = address(row.get("shippingAddress"))
    status, notices = _status(row, choices)
    order_id = text(row["id"])
    number = text(row.get("orderNumber")) or order_id
    return Order(
        source_id=order_id,
        number=number,
        key=order_id if choices.key == "id" else number,
        website_id=profile.website.source_id,
        store_id=view.store.source_id if view else key,
        store_name=view.store.name if view else key,
        email=email,
        customer_id=text(row.get("customerId")),
        first_name=billing.first_name if billing else "",
        last_name=billing.last_name if billing else "",
        status=status,
        state=STATES.get(text(row.get("orderState")), "new"),
        placed_at=instant(row.get("completedAt") or row.get("createdAt")),
        updated_at=instant(row.get("lastModifiedAt")),
        currency=text(row["totalPrice"].get("currencyCode")),
        refunded=sum([one.total for one in given_back]),
        base_currency="",
        base_total=0,
        base_refunded=0,
        global_currency="",
        global_rate=0,
        coupon=coupons(row),
        payment=_payment(row, locales),
        delivery_method=", ".join([text(one.get("shippingMethodName")) for one in shippings(row)]),
        quote_id=text((row.get("cart") or {}).get("id")),
        virtual=delivery is None,
        billing=billing,
        delivery=delivery,
        lines=lines,
        refunds=given_back,
        shipments=tuple([one for info in shippings(row) for one in _parcels(info)]),
        custom=_custom(row, key, locales, choices),
        notices=notices,
        **totals(row),
    )


def totals(row: Json) -> dict[str, int]:
    """Amounts of an order or a cart; ``totalPrice`` is without tax where prices are, the taxed price never (§8.2)."""
    taxed = row.get("taxedPrice") or {}
    total = amount(taxed["totalGross"]) if taxed.get("totalGross") else amount(row["totalPrice"])
    net = amount(taxed["totalNet"]) if taxed.get("totalNet") else total
    costs = [amounts(line) for line in (*(row.get("lineItems") or ()), *(row.get("customLineItems") or ()))]
    off_total = amount((row.get("discountOnTotalPrice") or {}).get("discountedAmount"))
    return {
        "subtotal": sum([cost.net for cost in costs]),
        "discount": -(sum([cost.saved for cost in costs]) + off_total + _off_shipping(row)),
        "shipping": _shipping(row),
        "tax": amount(taxed["totalTax"]) if taxed.get("totalTax") else total - net,
        "total": total,
    }


def shippings(row: Json) -> Sequence[Json]:
    """How it is sent: one way, or one for each of several addresses."""
    if row.get("shippingMode") == "Multiple":
        return [one["shippingInfo"] for one in row.get("shipping") or () if one.get("shippingInfo")]
    return [row["shippingInfo"]] if row.get("shippingInfo") else []


def coupons(row: Json) -> str:
    """Codes that were applied; a code that may not be read is left out."""
    applied = [one for one in row.get("discountCodes") or () if one.get("state") == APPLIED]
    codes = [text((one["discountCode"].get("obj") or {}).get("code")) for one in applied]
    return ",".join([code for code in codes if code])


def _shipping(row: Json) -> int:
    taxed = (row.get("taxedShippingPrice") or {}).get("totalGross")
    return amount(taxed) if taxed else sum([_charged(info) for info in shippings(row)])


def _charged(info: Json) -> int:
    reduced = (info.get("discountedPrice") or {}).get("value")
    return amount(reduced or info.get("price"))


def _off_shipping(row: Json) -> int:
    return sum([amount(info.get("price")) - _charged(info) for info in shippings(row)])


def _locales(row: Json, profile: Profile) -> tuple[str, ...]:
    view = profile.view(text((row.get("store") or {}).get("key"))) or profile.first
    return (text(row["locale"]), *view.locales) if row.get("locale") else view.locales


def _status(row: Json, choices: Choices) -> tuple[str, tuple[Notice, ...]]:
    if choices.status == "workflow_state":
        state = row.get("state") or {}
        raw = text((state.get("obj") or {}).get("key"))
    else:
        raw = text(row.get(_SOURCES[choices.status]))
    if raw in choices.names:
        return choices.names[raw], ()
    # Of the other states most names are as good as any; the order's own are four, and a fifth is news.
    unknown = choices.status == "order_state"
    return raw, ((STATUS_UNKNOWN.id, "orderStatus", f"It is {raw!r}."),) if unknown else ()


def _payment(row: Json, locales: Sequence[str]) -> str:
    for payment in (row.get("paymentInfo") or {}).get("payments") or ():
        info = (payment.get("obj") or {}).get("paymentMethodInfo") or {}
        name = localized(info.get("name"), locales) or text(info.get("method") or info.get("paymentInterface"))
        if name:
            return name
    return ""


def _parcels(info: Json) -> Iterable[Shipment]:
    for delivery in info.get("deliveries") or ():
        tracking = [parcel.get("trackingData") or {} for parcel in delivery.get("parcels") or ()]
        tracks = [(text(one.get("carrier")), text(one.get("trackingId"))) for one in tracking if one.get("trackingId")]
        yield Shipment(text(delivery.get("id")), instant(delivery.get("createdAt")), tuple(tracks))


def _custom(row: Json, store_key: str, locales: Sequence[str], choices: Choices) -> dict[str, Any]:
    own = {
        "ctOrderId": text(row["id"]),
        "orderNumber": text(row.get("orderNumber")),
        "paymentState": text(row.get("paymentState")),
        "shipmentState": text(row.get("shipmentState")),
        "workflowState": text(((row.get("state") or {}).get("obj") or {}).get("key")),
        "storeKey": store_key,
    }
    values = {name: plain(value, locales) for name, value in choices.chosen(fields(row)).items()}
    return {name: value for name, value in {**own, **values}.items() if value not in (None, "", ())}
