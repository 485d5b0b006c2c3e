"""OroCommerce and OroCRM over their JSON:API, their PostgreSQL, or both: both fill the same rows (``rows.py``).

Knows nothing of Dotdigital, the ledger or Django.
"""
