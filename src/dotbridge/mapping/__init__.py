"""From our words to what Dotdigital holds: insight documents (one file per collection) and contact fields.

Pure functions of a record and a ``Context``: the same record under the same settings gives the same bytes, which is
what change detection rests on. The room knows no platform, no HTTP, no database and no Django. Member names, types and
limits stand in the contracts magento-connector-behaviour §5 and §6 and dotdigital-api §14, §15 and §19.
"""
