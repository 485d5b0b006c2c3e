"""Magento 1 and OpenMage, read from the shop's database with a read-only user. Pure: knows no ledger, no Dotdigital."""
