"""Magento 2 and Adobe Commerce by their database: all that REST gives, and what it lacks (magento2-data §3, 5).

Rows are shaped as REST shapes them wherever both have them, so that ``to_commerce`` reads one form.
"""
