"""What can go wrong on the way of a consent."""

from dotbridge.errors import Code

NOT_WRITABLE = Code(
    "CON-NOT-WRITABLE",
    "The shop gives no right to change its newsletter, so unsubscribes made in Dotdigital do not reach it.",
    "Give the connection its write access (docs/how-to/write-the-newsletter.md); what waits is then written by itself.",
)
NOT_REACHED = Code(
    "CON-NOT-REACHED",
    "The shop's way of writing does not reach this subscriber, who unsubscribed in Dotdigital.",
    "Unsubscribe the person in the shop by hand; what waits is settled when the shop says so.",
)
