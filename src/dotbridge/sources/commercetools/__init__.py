"""commercetools over its HTTP API: read with the rights of an API client, paged by id inside bounded windows of time.

Knows the platform's JSON and how to read it to its end; knows nothing of Dotdigital, the ledger or Django.
"""
