"""What can go wrong with a commercetools project."""

from dotbridge.errors import Code

REGION_UNKNOWN = Code(
    "CT-REGION-UNKNOWN",
    "There is no such region of commercetools.",
    "Choose the region that the Merchant Center shows, or enter the API and the auth address themselves.",
)
ADDRESS_INSECURE = Code(
    "CT-ADDRESS-INSECURE",
    "The secret of an API client travels encrypted only.",
    "Enter the address with https; plain http is taken from a private network alone, where that is allowed.",
)
CREDENTIALS_REFUSED = Code(
    "CT-CREDENTIALS-REFUSED",
    "commercetools does not know this API client, or its secret is another one.",
    "Compare client id, secret, project key and region with the API client in the Merchant Center.",
)
ACCESS_REFUSED = Code(
    "CT-ACCESS-REFUSED",
    "The project refused a token that was issued just now.",
    "See that the API client belongs to this project and was not deleted.",
)
SCOPE_MISSING = Code(
    "CT-SCOPE-MISSING",
    "The API client lacks a scope.",
    "Make an API client with the scopes that docs/how-to/connect-commercetools.md lists, and enter it.",
)
PROJECT_UNKNOWN = Code(
    "CT-PROJECT-UNKNOWN",
    "There is no such project in this region.",
    "Compare project key and region with the Merchant Center.",
)
NOT_FOUND = Code("CT-NOT-FOUND", "commercetools holds no such resource.", "Nothing to do; it was deleted meanwhile.")
CALL_REFUSED = Code(
    "CT-CALL-REFUSED",
    "commercetools refused a call that its documentation allows.",
    "Report it with the correlation id; nothing was changed in the project.",
)
CONFLICT = Code(
    "CT-CONFLICT", "The record was changed by somebody else in between.", "Nothing to do; it is read and tried again."
)
CONSENT_REFUSED = Code(
    "CT-CONSENT-REFUSED",
    "commercetools does not take the other word for the field of consent.",
    "Let the field be a Boolean, or let its values hold both words of a pair: yes and no, true and false, on and off.",
)
QUERY_HEAVY = Code(
    "CT-QUERY-HEAVY",
    "A query took commercetools too long, or its answer was too large.",
    "It is tried again with smaller pages; report it with the correlation id if that lasts.",
)
ANSWER_STRANGE = Code(
    "CT-ANSWER-STRANGE",
    "The answer is not of the shape that commercetools documents.",
    "Look for a proxy that changes answers, and check the API address.",
)
PAGE_REPEATS = Code(
    "CT-PAGE-REPEATS",
    "Records came that were not asked for, so that reading would never end.",
    "Look for a cache before the API that ignores the query.",
)
CATALOG_MODULAR = Code(
    "CT-CATALOG-MODULAR",
    "The project keeps its catalog in the modular form, of which variants cannot be read by the time of their change.",
    "Products are not sent from this project; everything else is.",
)
TEMPLATE_WRONG = Code(
    "CT-TEMPLATE-WRONG",
    "The template of an address cannot be used.",
    "Write it as https://shop.example/{locale}/{slug}, with the place-holders that the how-to lists.",
)
STATUS_UNKNOWN = Code(
    "CT-STATUS-UNKNOWN",
    "The order's status is none that is translated; it was sent as it is.",
    "Add it to `status_names` of the connection.",
)
DESTINATION_UNFIT = Code(
    "CT-DESTINATION-UNFIT",
    "The destination of a subscription is incomplete, or does not lead to dotbridge.",
    "Name its members with --destination; docs/how-to/connect-commercetools.md shows them.",
)
SUBSCRIPTION_REFUSED = Code(
    "CT-SUBSCRIPTION-REFUSED",
    "commercetools could not set the subscription up.",
    "See that the destination exists, lets commercetools publish to it, and that the client has manage_subscriptions.",
)
