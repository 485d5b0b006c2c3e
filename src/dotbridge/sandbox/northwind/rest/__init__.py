"""The shop's Magento 2 REST API: criteria, routes, authorisation, and one file of answers per kind of record."""
