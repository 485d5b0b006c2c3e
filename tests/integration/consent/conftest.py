"""One installation with a toy shop and the Dotdigital sandbox, all of them real and on this machine."""

from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop

__all__ = ["dotbridge", "sandbox", "sandbox_server", "shop"]
