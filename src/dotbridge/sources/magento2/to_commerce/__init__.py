"""Magento 2's JSON in our own words, one file per kind of record. Pure: all that a record needs is passed in.

Unknown members are ignored; an absent one means null, since Magento leaves null members out (magento2-data §1.1).
"""
