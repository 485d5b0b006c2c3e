"""The shop's people: customers with addresses and attributes, guests, groups and newsletter subscriptions."""
