"""From the shop into the ledger: read, understand, map, stage.

Everything enters here: pages behind a cursor, ids of events and retries, whole histories. The steps of a page are the
same for all of them, and there is no second path. It knows no Dotdigital.
"""
