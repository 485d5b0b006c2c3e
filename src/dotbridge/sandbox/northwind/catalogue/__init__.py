"""What the shop sells: categories, attributes, products of all kinds, their stock, pictures and addresses."""
