"""Magento 2 and Adobe Commerce over REST: read-only, gentle, without a module in the shop.

Knows the shop's JSON and how to page through it safely; knows nothing of Dotdigital, the ledger or Django.
"""
