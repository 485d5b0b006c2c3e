"""Magento 2 and Adobe Commerce over REST, by the database (``sql``) or both: gentle, without a module in the shop.

Knows the shop's JSON and tables and how to page through them safely; knows nothing of Dotdigital, the ledger or Django.
"""
