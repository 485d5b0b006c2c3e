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
DATABASE_UNKNOWN = Code(
    "SRC-DATABASE-UNKNOWN",
    "The shop's server has no database of this name, or the user may not see it.",
    "Correct the database name of the connection, or grant the user its rights there.",
)
RIGHT_MISSING = Code(
    "SRC-RIGHT-MISSING",
    "The shop's database refused a read.",
    "Grant the connection's user SELECT on the table named; the how-to of the platform lists all of them.",
)
SETTING_UNFIT = Code(
    "SRC-SETTING-UNFIT",
    "A setting of the connection cannot be used.",
    "Correct the setting that is named and run `dotbridge check`.",
)
QUERY_SLOW = Code(
    "SRC-QUERY-SLOW",
    "The shop's database took too long over one page and stopped it.",
    "It is tried again; read from a replica, make pages smaller, or run it at a quieter hour if this lasts.",
)
QUERY_REFUSED = Code(
    "SRC-QUERY-REFUSED",
    "The shop's database did not understand a query of ours.",
    "Report it with the version of the shop's database; nothing was changed there.",
)
SUBSCRIPTION_NONE = Code(
    "SRC-SUBSCRIPTION-NONE",
    "The platform has no subscriptions that could be set up from here.",
    "Let a plugin or script of the shop post to the event door.",
)
EVENT_FORGED = Code(
    "SRC-EVENT-FORGED",
    "The signature of an event is missing or wrong.",
    "Give sender and connection the same `event_secret`, and see that nothing between them changes the body.",
)
EVENT_STALE = Code(
    "SRC-EVENT-STALE",
    "An event was signed too long ago, or in the future.",
    "Set the sender's clock and ours by NTP; an event is taken within five minutes.",
)
EVENT_BROKEN = Code(
    "SRC-EVENT-BROKEN",
    "An event cannot be understood.",
    "Compare what the sender posts with docs/how-to/events.md; what changed is found by the next sync all the same.",
)
DRIVER_MISSING = Code(
    "SRC-DRIVER-MISSING",
    "The driver for PostgreSQL is not installed.",
    "Install dotbridge with its extra: `pip install dotbridge[postgresql]`.",
)
FEED_ABSENT = Code(
    "SRC-FEED-ABSENT",
    "The change feed needs a package that is not installed.",
    "Install the extra: `pip install dotbridge[binlog]`, or switch `change_feed` of the connection off.",
)
FEED_UNFIT = Code(
    "SRC-FEED-UNFIT",
    "The shop's database keeps no log that can be followed.",
    "Switch on log_bin with binlog_format=ROW and binlog_row_image=FULL, or `change_feed` of the connection off.",
)
QUEUE_ABSENT = Code(
    "SRC-QUEUE-ABSENT",
    "Pulling from SQS needs a package that is not installed.",
    "Install the extra: `pip install dotbridge[sqs]`, or take `event_queue` out of the connection.",
)
QUEUE_UNFIT = Code(
    "SRC-QUEUE-UNFIT",
    "The event queue of the connection cannot be used.",
    "Give the https address of an SQS queue, or projects/<project>/subscriptions/<subscription> with the service"
    " account's JSON key; private addresses need `allow_private`.",
)
QUEUE_REFUSED = Code(
    "SRC-QUEUE-REFUSED",
    "The event queue refuses the credentials, or what they may do there is not enough.",
    "Correct `event_queue_user` and `event_queue_secret`; on SQS allow ReceiveMessage and DeleteMessage, on Pub/Sub give"
    " the role Pub/Sub Subscriber.",
)
QUEUE_UNKNOWN = Code(
    "SRC-QUEUE-UNKNOWN", "There is no such event queue.", "Compare `event_queue` with the queue's address or name."
)
QUEUE_AWAY = Code(
    "SRC-QUEUE-AWAY",
    "The event queue does not answer.",
    "Nothing to do if it passes by itself: messages wait in the queue, and polling goes on.",
)
QUEUE_ANSWER = Code(
    "SRC-QUEUE-ANSWER",
    "The service of the event queue answers what it does not document.",
    "Look for a proxy that changes answers, and check `event_queue_api`.",
)
