"""Rows of a Magento 1 shop into our words, one file a kind of record. Pure: no query is made here."""
