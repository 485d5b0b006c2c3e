"""The retryable errors that the way itself can raise, told apart by what may be done about them."""

from __future__ import annotations

from dotbridge.errors import Code, RetryableError


class Transient(RetryableError):  # noqa: N818  named for what is known of the call
    """The call did no harm and may be made again at once; ``retry.py`` does so while its time lasts."""


class RateLimited(Transient):
    """Refused, or held back by our own budget, for the number of calls.

    ``whole`` says that the account as a whole is over its limit and not only the tier of this call.
    """

    def __init__(self, code: Code, why: str = "", *, retry_after: float | None = None, whole: bool = False) -> None:
        super().__init__(code, why, retry_after=retry_after)
        self.whole = whole


class OutcomeUnknown(RetryableError):  # noqa: N818  named as the ledger names it
    """The request may have been delivered and taken effect; whoever made it must find out before sending again."""
