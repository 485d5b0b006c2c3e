"""The error bodies of both generations, with the texts that are known word for word (contract, section 4)."""

from __future__ import annotations

from typing import Any, NoReturn

from .exchange import Answer, Refusal

TEXTS = {
    "ERROR_NON_UNIQUE_DATAFIELD": "Field already exists. ERROR_NON_UNIQUE_DATAFIELD",
    "ERROR_CONTACT_SUPPRESSED": "Contact is suppressed. ERROR_CONTACT_SUPPRESSED",
    "ERROR_ADDRESSBOOK_NOTWRITABLE": "Address book cannot be written to via the API. ERROR_ADDRESSBOOK_NOTWRITABLE",
    "ERROR_ADDRESSBOOK_DUPLICATE": ("That name is in use already, please choose another. ERROR_ADDRESSBOOK_DUPLICATE"),
    "ERROR_IMPORT_REPORT_NOT_FOUND": (
        "Import is not processed yet or completed with error. ERROR_IMPORT_REPORT_NOT_FOUND"
    ),
    "ERROR_APIUSAGE_EXCEEDED": (
        "Your account has generated excess API activity and is being temporarily capped."
        " Please contact support. ERROR_APIUSAGE_EXCEEDED"
    ),
    "INVALID_EMAIL": "Email is not a valid email address. ERROR_PARAMETER_INVALID",
    "INVALID_FILE": "file must be valid",
    "UNAUTHORISED": "Authorization has been denied for this request.",
    "WRONG_REGION": "Forbidden: Access is denied",
}


def refuse(code: str, status: int = 0, *, text: str = "") -> NoReturn:
    """Say no in the words of v2; without a status, codes that end in NOT_FOUND or DOES_NOT_EXIST are 404 (4.1)."""
    missing = code.endswith(("_NOT_FOUND", "_DOES_NOT_EXIST"))
    message = text or TEXTS.get(code, f"Error: {code}")
    raise Refusal(Answer.of({"message": message}, status or (404 if missing else 400)))


def refuse_v3(status: int, code: str, description: str, details: list[tuple[str, str]] | None = None) -> NoReturn:
    """Say no in the words of v3; ``details`` are pairs of item and description (4.2)."""
    body: dict[str, Any] = {"errorCode": code, "description": description}
    if details:
        body["details"] = [{"item": item, "description": text} for item, text in details]
    raise Refusal(Answer.of(body, status))
