"""The ledger as Django sees it."""

from django.apps import AppConfig


class Ledger(AppConfig):
    name = "dotbridge.ledger"
    label = "ledger"
