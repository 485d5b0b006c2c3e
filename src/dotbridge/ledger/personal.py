"""Every column that can hold something of a person, with what an erasure does to it and how long it is kept.

A test walks the models: a text column that stands neither here nor in ``IMPERSONAL`` fails it, so that a new column is
thought about once.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Rule(NamedTuple):
    """``clear``: emptied; ``delete``: the row goes; ``keep``: evidence, masked for viewers."""

    erase: Literal["clear", "delete", "keep"]
    kept: str


PERSONAL: dict[str, Rule] = {
    "email_contact.email_key": Rule("clear", "while a source stands behind the contact"),
    "email_contact.renamed_from": Rule("clear", "until Dotdigital has the new address"),
    "email_contact.email": Rule("clear", "while a source stands behind the contact"),
    "email_contact.subscriber_status": Rule("clear", "while a source stands behind the contact"),
    "email_contact.suppressed_reason": Rule("clear", "while a source stands behind the contact"),
    "email_contact.channel_status": Rule("clear", "while a source stands behind the contact"),
    "email_contact.channel_status_at": Rule("clear", "while a source stands behind the contact"),
    "email_contact.detail": Rule("clear", "until the contact is accepted"),
    "email_contact.warnings": Rule("clear", "until the contact is accepted without them"),
    "contact_source.source_id": Rule("delete", "while the shop holds the source (a guest's is the address)"),
    "contact_source.email": Rule("delete", "while the shop holds the source"),
    "contact_source.detail": Rule("delete", "while the shop holds the source"),
    "contact_source.subscription": Rule("delete", "while the shop holds the source"),
    "contact_source.subscription_at": Rule("delete", "while the shop holds the source"),
    "erasure_asked.source_id": Rule("delete", "until Dotdigital holds the person no more; retention.batches_days"),
    "consent_record.text": Rule("keep", "for ever: proof of consent, by number of the contact"),
    "consent_record.consented_at": Rule("keep", "for ever: proof of consent, by number of the contact"),
    "consent_record.url": Rule("clear", "while the contact is known; never before it was exported"),
    "consent_record.ip": Rule("clear", "while the contact is known; never before it was exported"),
    "consent_record.agent": Rule("clear", "while the contact is known; never before it was exported"),
    "consent_record.detail": Rule("clear", "until the record is accepted"),
    "email_contact.opt_in": Rule("clear", "while a source stands behind the contact"),
    "consent_event.word": Rule("keep", "for ever: proof of consent, by number of the contact"),
    "consent_event.at": Rule("keep", "for ever: proof of consent, by number of the contact"),
    "consent_event.source": Rule("keep", "for ever: proof of consent, by number of the contact"),
    "consent_event.evidence": Rule("keep", "for ever: proof of consent; holds no address"),
    **{
        f"email_{table}.{column}": Rule("clear", "until the record is accepted without it")
        for table in ("order", "quote", "catalog", "review", "wishlist", "insight")
        for column in ("detail", "warnings")
    },
    "email_importer.detail": Rule("clear", "retention.batches_days"),
    "job.detail": Rule("keep", "until the job's next turn; sentences name no addresses"),
    "run.detail": Rule("keep", "retention.batches_days; sentences name no addresses"),
    "audit_event.actor": Rule("keep", "for ever: who changed what"),
    "audit_event.subject": Rule("keep", "for ever; people's records are named by number"),
    "audit_event.before": Rule("keep", "for ever; secrets are hidden"),
    "audit_event.after": Rule("keep", "for ever; secrets are hidden"),
}

#: Columns of text that hold words, codes, numbers or instants of records, never a person's own data.
IMPERSONAL = frozenset(
    [
        "account",
        "action",
        "api",
        "at",
        "attributes",
        "base_currency",
        "body",
        "body_sha256",
        "brand",
        "categories",
        "code",
        "collection",
        "collection_scope",
        "collection_type",
        "currency",
        "cursor",
        "global_currency",
        "group",
        "import_id",
        "key",
        "kind",
        "label",
        "lane",
        "last_refund_at",
        "legs",
        "lines",
        "locale",
        "name",
        "number",
        "paused_for",
        "placed_at",
        "platform",
        "product_id",
        "quote_id",
        "record_table",
        "result",
        "rule_id",
        "scope",
        "sku",
        "source_id",
        "source_updated",
        "state",
        "status",
        "store_id",
        "stream",
        "target",
        "tier",
        "timezone",
        "token",
        "transport",
        "username",
        "value",
        "waits_for",
        "channel",
        "direction",
        "feed",
        "began",
        "outcome",
        "position",
        "side",
        "counts",
        "progress",
        "survey",
        "hosts",
        "settings",
        "checks",
        "base_url",
        "attribute_set",
        "key_prefix",
        "endpoint",
        "engagement",
        "engagement_paused_for",
        "event_id",
        "ids",
        "origin",
        "reached_at",
        "removal",
        "password",
        "secrets",
        "canary",
    ]
)
