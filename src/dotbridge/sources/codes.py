"""What can go wrong with a shop, whatever the platform."""

from dotbridge.errors import Code

PLATFORM_UNKNOWN = Code(
    "SRC-PLATFORM-UNKNOWN", "No such platform.", "Choose one of the platforms that `dotbridge platforms` lists."
)
CREDENTIALS_REFUSED = Code(
    "SRC-CREDENTIALS-REFUSED",
    "The shop refused the credentials.",
    "Correct user and password (or tokens) of the connection and run `dotbridge check`.",
)
SHOP_UNREACHABLE = Code(
    "SRC-SHOP-UNREACHABLE",
    "The shop cannot be reached.",
    "It is tried again by itself; check host, port, firewall and whether the shop is up if this lasts.",
)
TABLE_MISSING = Code(
    "SRC-TABLE-MISSING",
    "A table that the connector needs is missing.",
    "Check database name and table prefix of the connection, and that the read-only user may SELECT from it.",
)
ROW_BROKEN = Code(
    "SRC-ROW-BROKEN",
    "The shop's row cannot be understood.",
    "Look at the field in the shop; the record is read again when it changes or by a retry.",
)
