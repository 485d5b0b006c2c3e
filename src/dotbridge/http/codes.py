"""What can go wrong on the way to the other side and back."""

from __future__ import annotations

from dotbridge.errors import Code

URL_INVALID = Code("HTTP-URL-INVALID", "This is not the address of an HTTP service.", "Give it as https://host.")
ADDRESS_PRIVATE = Code(
    "HTTP-ADDRESS-PRIVATE",
    "The host leads to an address inside a private network, and calls to those are refused.",
    "If the service is meant to run there, allow private addresses for this connection.",
)
CERTIFICATE_REFUSED = Code(
    "HTTP-CERTIFICATE-REFUSED",
    "The certificate of the other side cannot be trusted.",
    "Renew the certificate, or correct the address; the check cannot be switched off.",
)
REDIRECTED = Code(
    "HTTP-REDIRECTED",
    "The other side sends the call to another address, which is not followed.",
    "Enter the final address of the service.",
)
CREDENTIALS_REFUSED = Code(
    "HTTP-CREDENTIALS-REFUSED", "The other side refuses the credentials.", "Enter valid credentials and try again."
)
FORBIDDEN = Code(
    "HTTP-FORBIDDEN", "These credentials may not make this call.", "Give the API user the right that the call needs."
)
REFUSED = Code(
    "HTTP-REFUSED",
    "The other side refuses the call, with an answer that is not part of its contract.",
    "Read the log of the other side; report this if it stays.",
)
NAME_UNKNOWN = Code(
    "HTTP-NAME-UNKNOWN", "The name of the host cannot be resolved.", "Check the address and the name service."
)
UNREACHABLE = Code(
    "HTTP-UNREACHABLE", "No connection could be opened; nothing was sent.", "Nothing to do if it passes by itself."
)
INTERRUPTED = Code(
    "HTTP-INTERRUPTED", "The connection broke before the answer was complete.", "Nothing to do if it passes by itself."
)
TIMED_OUT = Code("HTTP-TIMED-OUT", "No answer came in time.", "Nothing to do if it passes by itself.")
UNAVAILABLE = Code(
    "HTTP-UNAVAILABLE", "The other side cannot answer at the moment.", "Nothing to do if it passes by itself."
)
RATE_LIMITED = Code(
    "HTTP-RATE-LIMITED", "The other side asks for fewer calls.", "Nothing to do; the calls wait for their turn."
)
BUDGET_SPENT = Code(
    "HTTP-BUDGET-SPENT",
    "The calls that may be made in this minute are used up.",
    "Nothing to do; the calls wait for their turn.",
)
ANSWER_UNREADABLE = Code(
    "HTTP-ANSWER-UNREADABLE",
    "The answer is empty, cut off or a web page instead of data.",
    "Nothing to do if it passes by itself.",
)
OUTCOME_UNKNOWN = Code(
    "HTTP-OUTCOME-UNKNOWN",
    "The call may have taken effect, but its answer was lost, and it must not be repeated blindly.",
    "Nothing to do; what it carried is compared or sent again once that is safe.",
)
