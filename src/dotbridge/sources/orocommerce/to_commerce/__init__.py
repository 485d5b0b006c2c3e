"""Rows in our words; pure."""
