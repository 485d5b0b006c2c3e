"""Definitions of the customer attributes, as ``attributeMetadata/customer`` lists them."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document

TIERS = {"4": "Trailhead", "5": "Ridge", "6": "Summit", "7": "Northern Star"}
INTERESTS = {"8": "Hiking", "9": "Climbing", "10": "Camp cooking", "11": "Wild swimming", "12": "Birding"}

_SYSTEM = (
    # code, label, input, backend type, visible, required, sort order
    ("created_at", "Created At", "date", "static", False, False, 0),
    ("website_id", "Associate to Website", "select", "static", True, True, 10),
    ("store_id", "Create In", "select", "static", True, True, 20),
    ("created_in", "Created From", "text", "static", True, False, 20),
    ("group_id", "Group", "select", "static", True, True, 25),
    ("prefix", "Name Prefix", "text", "static", False, False, 30),
    ("firstname", "First Name", "text", "static", True, True, 40),
    ("middlename", "Middle Name/Initial", "text", "static", False, False, 50),
    ("lastname", "Last Name", "text", "static", True, True, 60),
    ("email", "Email", "text", "static", True, True, 80),
    ("updated_at", "Updated At", "date", "static", False, False, 87),
    ("dob", "Date of Birth", "date", "static", True, False, 90),
    ("taxvat", "Tax/VAT Number", "text", "static", False, False, 100),
    ("gender", "Gender", "select", "static", True, False, 110),
)
_CUSTOM = (
    ("loyalty_tier", "Loyalty tier", "select", "int", True, False, 300),
    ("interests", "Interests", "multiselect", "text", True, False, 301),
    ("shoe_size", "Shoe size", "text", "varchar", True, False, 302),
)
_OPTIONS: dict[str, dict[str, str]] = {
    "gender": {"1": "Male", "2": "Female", "3": "Not Specified"},
    "loyalty_tier": TIERS,
    "interests": INTERESTS,
}


def custom() -> list[Document]:
    return [_definition(*row, user_defined=True) for row in _CUSTOM]


def every() -> list[Document]:
    return [*(_definition(*row, user_defined=False) for row in _SYSTEM), *custom()]


def _definition(
    code: str, label: str, kind: str, backend: str, visible: bool, required: bool, order: int, *, user_defined: bool
) -> Document:
    options = [{"label": text, "value": value} for value, text in _OPTIONS.get(code, {}).items()]
    checked = {"email": "email", "dob": "date"}.get(code)
    return {
        "frontend_input": kind,
        "input_filter": "date" if code == "dob" else "",
        "store_label": label,
        "validation_rules": [{"name": "input_validation", "value": checked}] if checked else [],
        "multiline_count": 0,
        "visible": visible,
        "required": required,
        "data_model": "",
        "options": [{"label": " ", "value": ""}, *options] if options else [],
        "frontend_class": "required-entry validate-email" if code == "email" else "",
        "user_defined": user_defined,
        "sort_order": order,
        "frontend_label": label,
        "note": "",
        "system": not user_defined and code != "created_at",
        "backend_type": backend,
        "is_used_in_grid": not user_defined,
        "is_visible_in_grid": not user_defined,
        "is_filterable_in_grid": not user_defined,
        "is_searchable_in_grid": code == "email",
        "attribute_code": code,
    }
