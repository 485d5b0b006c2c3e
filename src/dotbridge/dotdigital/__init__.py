"""The only code that knows Dotdigital's API: its calls, its words and its errors, typed and evened out.

``Dotdigital`` in ``client.py`` is the door. The room knows no shop and no ledger; what the two generations of the API
(v2 and v3) spell differently comes out of it as one. Sections of the API contract are named where a fact is used.
"""
