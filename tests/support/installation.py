"""An installation in this process, driven as the command line drives it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

from dotbridge.importer.prepare import prepare_account
from dotbridge.jobs.balance import audit_all
from dotbridge.jobs.once import run_until_quiet
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.reconcile.audit import Balance
from dotbridge.setup.configuration import apply, read


class Installation:
    """Configured from ``configuration`` (the YAML's content); ``configure`` again changes it."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self.configuration = configuration

    def configure(self, **settings: Any) -> None:
        """Applies the configuration, with further default settings, and prepares the accounts."""
        self.configuration["settings"].update(settings)
        self.configuration.setdefault("confirmed_by", "Ada")
        apply(read(yaml.safe_dump(self.configuration)), "test:ada")
        for account in DotdigitalAccount.objects.all():
            prepare_account(account)
        plan_jobs()

    def sync(self, *, full: bool = False) -> Counter[str]:
        """Everything, until nothing is left to do."""
        return run_until_quiet(full=full)

    def audit(self) -> dict[tuple[str, str], Balance]:
        """The balance by (website, collection)."""
        return {(row.website, row.collection): row for row in audit_all()}
