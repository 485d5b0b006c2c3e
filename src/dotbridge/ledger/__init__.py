"""The truth about every record: what is wanted, what is on the road, what Dotdigital has taken.

Rows, their state machines and all hot SQL. The steps (collector, importer, …) meet here and nowhere else. It knows the
words of commerce, and neither shops nor Dotdigital.
"""
