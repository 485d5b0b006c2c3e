"""What can be odd about a Magento 1 record. The record still goes; what is odd is left out of it and said."""

from dotbridge.errors import Code

OPTIONS_BROKEN = Code(
    "M1-OPTIONS-BROKEN",
    "The options of an order line are damaged and were left out.",
    "Nothing has to be done for the order itself; look at the product_options of the line in the shop.",
)
OPTION_UNKNOWN = Code(
    "M1-OPTION-UNKNOWN",
    "A value points at an option that the shop has no label for, and was left out.",
    "Choose the value anew in the shop, or give the attribute's option a label.",
)
