"""Carts, orders and what becomes of them: invoices, shipments, cancellations, refunds (Magento 2 data, 3.3 to 3.6).

The functions work on records and return records; who calls them saves. History and living changes use the same ones.
"""
