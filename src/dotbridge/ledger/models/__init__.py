"""The tables. The nine of the classic connectors keep their names."""

from dotbridge.ledger.models.batch import EmailImporter
from dotbridge.ledger.models.consent import ConsentDelivery, ConsentEvent, ConsentFeed, ConsentRecord
from dotbridge.ledger.models.contact import ContactSource, EmailContact
from dotbridge.ledger.models.coupon import Coupon, CouponRun
from dotbridge.ledger.models.erasure import ErasureAsked
from dotbridge.ledger.models.event import Event, Fulfilment, WaitingId
from dotbridge.ledger.models.facts import OrderFact, ProductFact
from dotbridge.ledger.models.job import Budget, Checkpoint, Job, Run
from dotbridge.ledger.models.membership import ListMembership
from dotbridge.ledger.models.ranges import HistoryRange
from dotbridge.ledger.models.record import (
    EmailCatalog,
    EmailInsight,
    EmailOrder,
    EmailQuote,
    EmailReview,
    EmailWishlist,
    Record,
)
from dotbridge.ledger.models.scope import Connection, DotdigitalAccount, Setting, Store, Website

__all__ = [
    "Budget",
    "Checkpoint",
    "Connection",
    "ConsentDelivery",
    "ConsentEvent",
    "ConsentFeed",
    "ConsentRecord",
    "ContactSource",
    "Coupon",
    "CouponRun",
    "DotdigitalAccount",
    "EmailCatalog",
    "EmailContact",
    "EmailImporter",
    "EmailInsight",
    "EmailOrder",
    "EmailQuote",
    "EmailReview",
    "EmailWishlist",
    "ErasureAsked",
    "Event",
    "Fulfilment",
    "HistoryRange",
    "Job",
    "ListMembership",
    "OrderFact",
    "ProductFact",
    "Record",
    "Run",
    "Setting",
    "Store",
    "WaitingId",
    "Website",
]
