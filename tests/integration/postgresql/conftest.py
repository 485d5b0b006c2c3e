"""What the tests on PostgreSQL share."""

from support.fixtures_postgresql import postgresql
from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop

__all__ = ["dotbridge", "postgresql", "sandbox", "sandbox_server", "shop"]
