"""Accounts, connections, websites, store views and their settings: the scopes of everything else."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.secrets import SealedField


class DotdigitalAccount(models.Model):
    """One Dotdigital account with its API user. Nothing is sent before ``survey`` is there."""

    class State(models.TextChoices):
        NEW = "new"
        SURVEYED = "surveyed"
        PAUSED = "paused"

    class Engagement(models.TextChoices):
        """What reaches people by itself: enrolments, campaigns, SMS, coupons. Data goes on while it is paused."""

        ON = "on"
        PAUSED = "paused"

    class Canary(models.TextChoices):
        """The first contact import of an account is a canary of at most 100; the others wait for it."""

        WANTED = "wanted"
        OUT = "out"
        PASSED = "passed"

    key = models.SlugField(max_length=64, unique=True)
    label = models.CharField(max_length=128, blank=True)
    endpoint = models.CharField(max_length=255, blank=True)
    username = models.CharField(max_length=255)
    password = SealedField()
    hosts = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    paused_for = models.TextField(blank=True)
    engagement = models.CharField(
        max_length=8, choices=Engagement, default=Engagement.ON, db_default=Engagement.ON.value
    )
    engagement_paused_for = models.TextField(blank=True, default="", db_default="")
    survey = models.JSONField(default=dict, blank=True)
    surveyed_at = models.FloatField(null=True, blank=True)
    canary = models.CharField(max_length=8, choices=Canary, default=Canary.WANTED)
    mapping_version = models.PositiveIntegerField(default=1)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        db_table = "dotdigital_account"

    def __str__(self) -> str:
        return self.label or self.key


class Connection(models.Model):
    """One shop installation. ``key_prefix`` keeps its document keys apart from other shops of the same account."""

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"

    key = models.SlugField(max_length=64, unique=True)
    label = models.CharField(max_length=128, blank=True)
    platform = models.CharField(max_length=32)
    account = models.ForeignKey(DotdigitalAccount, models.PROTECT)
    settings = models.JSONField(default=dict, blank=True)
    secrets = SealedField(default="{}")
    key_prefix = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.ACTIVE)
    checks = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "connection"

    def __str__(self) -> str:
        return self.label or self.key


class Website(models.Model):
    """One website of a shop and the account it sends to.

    ``precedence``: of two websites that know the same person, the lower number wins field by field.
    """

    class State(models.TextChoices):
        #: Known and not switched on.
        NEW = "new"
        #: Its history is being read; sales fields are absent until it is complete.
        HISTORY = "history"
        LIVE = "live"
        PAUSED = "paused"

    connection = models.ForeignKey(Connection, models.CASCADE)
    account = models.ForeignKey(DotdigitalAccount, models.PROTECT)
    source_id = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    base_currency = models.CharField(max_length=3)
    timezone = models.CharField(max_length=64, default="UTC")
    precedence = models.PositiveIntegerField(default=100)
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    facts_complete = models.BooleanField(default=False)
    customer_list = models.BigIntegerField(null=True, blank=True)
    subscriber_list = models.BigIntegerField(null=True, blank=True)
    guest_list = models.BigIntegerField(null=True, blank=True)

    class Meta:
        db_table = "website"
        constraints = [models.UniqueConstraint(fields=["connection", "source_id"], name="website_once")]

    def __str__(self) -> str:
        return self.name


class Store(models.Model):
    """One store view."""

    website = models.ForeignKey(Website, models.CASCADE, related_name="stores")
    source_id = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    group = models.CharField(max_length=255, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    base_url = models.CharField(max_length=255, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "store"
        constraints = [models.UniqueConstraint(fields=["website", "source_id"], name="store_once")]

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """One value at one scope; a narrower scope without a value inherits the wider one's."""

    class Scope(models.TextChoices):
        DEFAULT = "default"
        ACCOUNT = "account"
        WEBSITE = "website"
        STORE = "store"

    scope = models.CharField(max_length=8, choices=Scope, default=Scope.DEFAULT)
    scope_id = models.BigIntegerField(default=0)
    name = models.CharField(max_length=64)
    value = models.JSONField()

    class Meta:
        db_table = "setting"
        constraints = [models.UniqueConstraint(fields=["scope", "scope_id", "name"], name="setting_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_id} {self.name}"
