"""What can be wrong with a record on its way to Dotdigital: refusals first, then warnings with which it still goes."""

from dotbridge.errors import Code

_EDIT = "Correct the record in the shop; it is sent at the next sync."

ORDER_EMPTY = Code(
    "MAP-ORDER-EMPTY",
    "The order has no lines.",
    "Dotdigital takes orders with products only. Look at the order in the shop; it is sent once it has a line.",
)
DATE_MISSING = Code("MAP-DATE-MISSING", "The record has no usable date.", _EDIT)
EMAIL_MISSING = Code(
    "MAP-EMAIL-MISSING",
    "The record belongs to nobody: it has no e-mail address.",
    "Enter the e-mail address in the shop; the record is sent at the next sync.",
)
SKU_MISSING = Code("MAP-SKU-MISSING", "The product has no sku.", _EDIT)
NAME_MISSING = Code("MAP-NAME-MISSING", "The product has no name.", _EDIT)
PRICE_MISSING = Code(
    "MAP-PRICE-MISSING",
    "The product has no price in this website's currency.",
    "Set a price in the shop; products without one cannot be shown or recommended.",
)
URL_MISSING = Code(
    "MAP-URL-MISSING",
    "The product has no full web address (http or https).",
    "Give the product a URL key, or set the storefront's address in the connection.",
)
DOCUMENT_BROKEN = Code(
    "MAP-DOCUMENT-BROKEN",
    "The record holds a value that JSON cannot carry.",
    "Look at the named value in the shop (infinite numbers, numbers beyond 64 bits, broken text); then retry.",
)
DOCUMENT_TOO_LARGE = Code(
    "MAP-DOCUMENT-TOO-LARGE",
    "The record is larger than the limit of one document.",
    "Map fewer attributes or custom options for this website, or raise the limit, then retry.",
)
FIELD_NAME_ILLEGAL = Code(
    "MAP-FIELD-NAME-ILLEGAL",
    "A contact field is mapped to a name that Dotdigital refuses.",
    "Use at most 20 letters, digits, dashes or underscores, and none of the reserved names.",
)
FIELD_UNKNOWN = Code(
    "MAP-FIELD-UNKNOWN",
    "The mapping names a contact field that does not exist.",
    "Use one of the keys on the reference page of contact fields.",
)
FIELD_DOUBLED = Code(
    "MAP-FIELD-DOUBLED",
    "Two contact fields are mapped to the same name.",
    "Give each its own data field, or map one of them to nothing.",
)

TEXT_CUT = Code("MAP-TEXT-CUT", "A text was longer than 1,000 characters and was cut.", "Shorten it if it matters.")
VALUE_DROPPED = Code(
    "MAP-VALUE-DROPPED",
    "A value of a mapped attribute cannot be part of a document and was left out.",
    "Map attributes that hold text, numbers or dates.",
)
KEY_DROPPED = Code(
    "MAP-KEY-DROPPED",
    "A label has no character that Dotdigital allows in a name, or is the name of another member; it was left out.",
    "Use letters or digits in the label.",
)
CURRENCY_UNKNOWN = Code(
    "MAP-CURRENCY-UNKNOWN",
    "The currency is not one of ISO 4217; amounts are sent with two decimals.",
    "Check the currency of the store.",
)
IMAGE_MISSING = Code(
    "MAP-IMAGE-MISSING",
    "The product has no image and cannot be recommended.",
    "Add an image of the chosen role in the shop.",
)
ID_NOT_NUMERIC = Code(
    "MAP-ID-NOT-NUMERIC",
    "An id that the account keeps as a number is text in this shop and was left out.",
    "Nothing is lost, the record's key carries it. A new account can keep ids as text (setting `ids`).",
)
LINE_UNNAMED = Code("MAP-LINE-UNNAMED", "A line has no name; its sku was sent instead.", "Name the product.")
FIELD_MISSING = Code(
    "MAP-FIELD-MISSING",
    "The Dotdigital account lacks a mapped data field; its value was left out.",
    "Run `dotbridge account prepare`, or map the field elsewhere.",
)
FIELD_UNFIT = Code(
    "MAP-FIELD-UNFIT",
    "A value does not fit the type of the account's data field and was left out.",
    "Map it to a data field of the right type; Dotdigital cannot change a field's type.",
)
ATTRIBUTE_GONE = Code(
    "MAP-ATTRIBUTE-GONE",
    "A mapped attribute no longer exists in the shop.",
    "Remove it from the mapping, or create it again.",
)
SPEND_PARTIAL = Code(
    "MAP-SPEND-PARTIAL",
    "Some orders are in a currency without a known rate; they count as orders and not as spend.",
    "Choose a rate, or accept the figure.",
)
