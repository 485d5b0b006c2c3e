"""What can go wrong with a job itself."""

from dotbridge.errors import Code

JOB_UNKNOWN = Code("JOB-UNKNOWN", "No such job.", "`dotbridge sync --help` lists the jobs.")
JOB_RUNNING = Code("JOB-RUNNING", "The job is being done by another worker.", "Wait until it ends.")
JOB_BROKEN = Code(
    "JOB-BROKEN",
    "The job ended in an error that dotbridge did not foresee.",
    "It is tried again by itself; report it with the log if it lasts.",
)
HISTORY_OVER = Code(
    "JOB-HISTORY-OVER",
    "No history of the website is being read.",
    "`dotbridge history` lists the histories; one begins when a website is applied.",
)
WEBSITE_UNKNOWN = Code("JOB-WEBSITE-UNKNOWN", "No such website.", "`dotbridge audit` lists the websites by code.")
WEBSITE_UNCLEAR = Code(
    "JOB-WEBSITE-UNCLEAR", "Websites of several connections have this code.", "Name one of them as connection/code."
)
COUPONS_NONE = Code(
    "JOB-COUPONS-NONE",
    "No coupon codes can be made for this website.",
    "Give a Magento 2 connection its REST access, with Magento_SalesRule::quote.",
)
COUPONS_UNKNOWN = Code(
    "JOB-COUPONS-UNKNOWN",
    "The shop may have made coupon codes whose names did not reach us; they would not be taken back.",
    "Look under Marketing > Cart Price Rules > Manage Coupon Codes of the rule, and delete those of this minute.",
)
