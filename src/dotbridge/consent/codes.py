"""What can go wrong on the way of a consent."""

from dotbridge.errors import Code

NOT_WRITABLE = Code(
    "CON-NOT-WRITABLE",
    "The shop gives no right to change its newsletter, so unsubscribes made in Dotdigital do not reach it.",
    "Give the connection its write access (docs/how-to/magento1-newsletter.md); what waits is then written by itself.",
)
