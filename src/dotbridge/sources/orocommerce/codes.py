"""What can go wrong with an Oro installation."""

from dotbridge.errors import Code

ACCESS_INCOMPLETE = Code(
    "ORO-ACCESS-INCOMPLETE",
    "The connection names neither a complete API access nor a complete database access.",
    "Enter base URL, client id and client secret, or database host, name and user, or both.",
)
ACCESS_REFUSED = Code(
    "ORO-ACCESS-REFUSED",
    "Oro refused the credentials of the OAuth application.",
    "Compare client id and secret with System > User Management > OAuth Applications; the application must be active"
    " and its grant *client credentials*.",
)
RIGHT_MISSING = Code(
    "ORO-RIGHT-MISSING",
    "The user of the OAuth application may not make this call (403).",
    "Grant its role the permissions that docs/how-to/orocommerce-access.md lists.",
)
API_OFF = Code(
    "ORO-API-OFF",
    "There is no API at this address: it is switched off, or the prefix is another one.",
    "Switch it on under System Configuration > Application Settings > Web API, and correct the API path of the"
    " connection (`/admin/api` in OroCommerce, `/api` in OroCRM alone).",
)
RESOURCE_MISSING = Code(
    "ORO-RESOURCE-MISSING",
    "This Oro has no such API resource.",
    "Check its version and edition; what cannot be read by the API can be read from the database.",
)
CALL_REFUSED = Code(
    "ORO-CALL-REFUSED",
    "Oro refused a call of ours.",
    "Check the version of the installation; report this if it stays.",
)
FILTER_UNKNOWN = Code(
    "ORO-FILTER-UNKNOWN",
    "This Oro does not offer a filter or a sorting that a newer one has.",
    "Nothing to do; it is read by full compares instead.",
)
ANSWER_STRANGE = Code(
    "ORO-ANSWER-STRANGE",
    "Oro's answer is no JSON:API document.",
    "Look for a customisation or a proxy that changes answers of the API.",
)
PAGE_REPEATS = Code(
    "ORO-PAGE-REPEATS",
    "Oro gives rows that were not asked for, so that reading would never end.",
    "Look for a cache before the API that ignores the query.",
)
MAINTENANCE = Code(
    "ORO-MAINTENANCE", "Oro is in maintenance mode.", "Nothing to do; it is read on when the shop is back."
)
SHOP_SLOW = Code(
    "ORO-SHOP-SLOW",
    "Oro, or a gateway before it, gave up on the call.",
    "It is tried again with smaller pages; give PHP more time or memory if this lasts.",
)
ORDER_WITHOUT_EMAIL = Code(
    "ORO-ORDER-WITHOUT-EMAIL",
    "Nobody with an e-mail address stands behind the order.",
    "Choose a customer user for the order in Oro, or give that customer user an address; orders that were entered for a"
    " company alone belong to nobody in Dotdigital.",
)
LIST_DYNAMIC = Code(
    "ORO-LIST-DYNAMIC",
    "The members of this marketing list are computed by Oro at each use and stand in no table.",
    "Make the list's type *static* (On demand) in Oro, so that its members can be read.",
)
