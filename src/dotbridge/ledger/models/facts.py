"""Figures for sales fields: integers in 1/10,000 of a currency unit, no addresses."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.contact import EmailContact
from dotbridge.ledger.models.scope import Website


class OrderFact(models.Model):
    """The figures of one order. ``global_rate`` turns base amounts into ``global_currency``, in 1/1,000,000.

    ``digest`` tells whether any of them moved, whatever became of the order's document. ``lines`` is a JSON array of the
    products sold, each [product id, quantity, total]: they are written and read with their order, never alone.
    """

    website = models.ForeignKey(Website, models.CASCADE, db_index=False)
    source_id = models.CharField(max_length=64)
    contact = models.ForeignKey(EmailContact, models.SET_NULL, null=True)
    number = models.CharField(max_length=64)
    placed_at = models.CharField(max_length=20)
    status = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    store_id = models.CharField(max_length=64, blank=True)
    quote_id = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    total = models.BigIntegerField()
    refunded = models.BigIntegerField()
    base_currency = models.CharField(max_length=3, blank=True)
    base_total = models.BigIntegerField()
    base_refunded = models.BigIntegerField()
    global_currency = models.CharField(max_length=3, blank=True)
    global_rate = models.BigIntegerField(default=0)
    last_refund_at = models.CharField(max_length=20, blank=True)
    digest = models.BinaryField(max_length=16)
    lines = models.TextField(db_default="[]")

    class Meta:
        db_table = "order_fact"
        constraints = [models.UniqueConstraint(fields=["website", "source_id"], name="order_fact_once")]


class ProductFact(models.Model):
    """What order lines show of a product, and what sales fields call it. ``categories`` is a JSON array of
    names, ``attributes`` one of (code, label) pairs."""

    website = models.ForeignKey(Website, models.CASCADE, db_index=False)
    product_id = models.CharField(max_length=64)
    sku = models.CharField(max_length=128)
    name = models.CharField(max_length=255)
    attribute_set = models.CharField(max_length=255, blank=True)
    categories = models.TextField(default="[]")
    brand = models.CharField(max_length=255, blank=True)
    attributes = models.TextField(default="[]")

    class Meta:
        db_table = "product_fact"
        constraints = [models.UniqueConstraint(fields=["website", "product_id"], name="product_fact_once")]
