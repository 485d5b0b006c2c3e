"""What can go wrong with a Magento 2 shop."""

from dotbridge.errors import Code

ACCESS_INCOMPLETE = Code(
    "M2-ACCESS-INCOMPLETE",
    "The connection has no complete credentials.",
    "Enter the four OAuth values of the integration, or its access token alone.",
)
ACCESS_REFUSED = Code(
    "M2-ACCESS-REFUSED",
    "The shop refused the call (401). Magento answers the same for wrong or revoked credentials, for an access token"
    " used alone where the shop does not allow that, and for a right that the integration lacks.",
    "Compare the credentials with System > Integrations, and grant the resources that docs/how-to/magento2-access.md"
    " lists.",
)
CALL_REFUSED = Code(
    "M2-CALL-REFUSED",
    "The shop refused a call that a Magento 2 shop answers.",
    "Check the base URL and the version of the shop; report this if it stays.",
)
COUPON_RULE = Code(
    "M2-COUPON-RULE",
    "The shop generates no codes for this cart price rule.",
    "Choose a rule with *Specific Coupon* and *Use Auto Generation*, under Marketing > Cart Price Rules.",
)
ROUTE_MISSING = Code(
    "M2-ROUTE-MISSING",
    "The shop has no such REST route.",
    "Check the base URL (without /rest), and that the module behind the route is enabled.",
)
ANSWER_STRANGE = Code(
    "M2-ANSWER-STRANGE",
    "The shop's answer is not of the shape that Magento documents.",
    "Look for a module or a proxy of the shop that changes REST answers.",
)
PAGE_REPEATS = Code(
    "M2-PAGE-REPEATS",
    "The shop gives rows that were not asked for, so that reading would never end.",
    "Look for a cache in front of /rest that ignores the query, or a module that changes searches.",
)
MAINTENANCE = Code(
    "M2-MAINTENANCE", "The shop is in maintenance mode.", "Nothing to do; it is read on when the shop is back."
)
SHOP_FAILED = Code(
    "M2-SHOP-FAILED",
    "The shop failed to answer (500).",
    "It is tried again by itself; if it lasts, look for the report number in the shop's var/report and log.",
)
SHOP_SLOW = Code(
    "M2-SHOP-SLOW",
    "The shop, or a gateway before it, gave up on the call (no time or memory left).",
    "It is tried again with smaller pages; give PHP more time or memory if this lasts.",
)
NONCE_USED = Code("M2-NONCE-USED", "The shop saw a signature twice.", "Nothing to do; the call is signed anew.")
OPTIONS_BROKEN = Code(
    "M2-OPTIONS-BROKEN",
    "The options of an order line are damaged and were left out.",
    "Nothing has to be done for the order itself; look at the product_options of the line in the shop.",
)
