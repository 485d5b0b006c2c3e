"""Reviews: approved reviews of known customers (behaviour §6.6, dotdigital-api §19.4)."""

from __future__ import annotations

from dotbridge.commerce.email import email_key
from dotbridge.commerce.review import Review
from dotbridge.errors import RecordError
from dotbridge.mapping.base import Collection, Context, Document
from dotbridge.mapping.codes import EMAIL_MISSING, KEY_DROPPED
from dotbridge.mapping.instants import iso
from dotbridge.mapping.names import clashes, member_name
from dotbridge.mapping.order_members import SCOPE
from dotbridge.mapping.spelling import Member


class Reviews(Collection[Review]):
    """Reviews; each rating is a member of its own, named by the rating: ``"Quality": {"ratingScore": 5}``."""

    key = "reviews"
    label = "Reviews"
    stream = "reviews"
    scope = "contact"
    type = "custom"
    table = "email_review"
    leaves = "remove"
    members = (
        Member("id", "id", "the review's id, also the record's key"),
        Member("customerId", "id", "the customer's id"),
        Member("email", "text", "address of the customer as typed"),
        Member("productName", "text", "name of the product"),
        Member("productSku", "text", "sku of the product"),
        Member("reviewDate", "instant", "when it was written"),
        *SCOPE,
        Member("reviewTitle", "text", "title, where the setting `review_text` is on"),
        Member("reviewText", "text", "text, where the setting `review_text` is on"),
    )

    def name(self, ctx: Context, record: Review) -> str:  # noqa: ARG002 - fixed by the classic connectors
        return "Reviews"

    def document_key(self, record: Review) -> str:
        return record.source_id

    def excluded(self, record: Review, ctx: Context) -> str:  # noqa: ARG002 - no choice to make
        if record.state != "approved":
            return "review_not_approved"
        return "" if record.email else "review_without_customer"

    def build(self, record: Review, ctx: Context) -> Document:
        if not record.email:
            raise RecordError(EMAIL_MISSING, f"The review is {record.source_id}.", field="email")
        email_key(record.email)
        website_name, website_code, store_name, store_code = ctx.scope(record.store_id, record.store_name)
        document: Document = {
            "email": record.email,
            "productName": ctx.text(record.product_name, "productName"),
            "productSku": ctx.text(record.product_sku, "productSku"),
            "websiteName": website_name,
            "websiteCode": website_code,
            "storeName": store_name,
            "storeCode": store_code,
        }
        for member, value in (("id", record.source_id), ("customerId", record.customer_id)):
            if (known := ctx.id(value, member)) is not None:
                document[member] = known
        if record.reviewed_at:
            document["reviewDate"] = iso(record.reviewed_at)
        if ctx.settings.review_text:
            document["reviewTitle"] = ctx.text(record.title, "reviewTitle")
            document["reviewText"] = ctx.text(record.text, "reviewText")
        for rating, stars in record.ratings:
            member = member_name(rating)
            if not member or member in _TAKEN or clashes(member, document):
                ctx.warn(KEY_DROPPED, "ratings", f"The rating is {rating!r}.")
            else:
                document[member] = {"ratingScore": stars}
        return document


_TAKEN = frozenset(name for member in Reviews.members for name in (member.name, member.snake_name))

COLLECTION = Reviews()
