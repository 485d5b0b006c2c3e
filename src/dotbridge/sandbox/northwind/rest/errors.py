"""Errors as Magento answers them: a message with placeholders and its parameters, never substituted (1.5)."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from dotbridge.sandbox.northwind.amounts import Document


class RestError(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, message: str, parameters: dict[str, Any] | list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Document = {"message": message}
        if parameters is not None:
            self.body["parameters"] = parameters


def no_route() -> RestError:
    return RestError(404, "Request does not match any route.")


def no_entity(field: str, value: object) -> RestError:
    return RestError(404, "No such entity with %fieldName = %fieldValue", {"fieldName": field, "fieldValue": value})


def no_sales_entity() -> RestError:
    return RestError(404, "The entity that was requested doesn't exist. Verify the entity and try again.")


def no_product() -> RestError:
    return RestError(404, "The product that was requested doesn't exist. Verify the product and try again.")


def unauthorised(resource: str) -> RestError:
    return RestError(401, "The consumer isn't authorized to access %resources.", {"resources": resource})


def required(name: str) -> RestError:
    return RestError(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})


def wrong_type(name: str, value: object, expected: str) -> RestError:
    return RestError(
        400,
        f'Error occurred during "{name}" processing. The "{value}" value\'s type is invalid.'
        f' The "{expected}" type was expected. Verify and try again.',
    )


def internal() -> RestError:
    """An uncaught error: the reason is only in the shop's log."""
    return RestError(
        500, f"Internal Error. Details are available in Magento log file. Report ID: webapi-{token_hex(7)[:13]}"
    )
