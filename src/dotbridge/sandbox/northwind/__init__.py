"""Northwind, the sample shop: a seeded Magento 2 shop that answers its REST API on loopback.

It exists so that the connector, its demo and its tests meet a shop over real HTTP, with people, orders and oddities of
their own. It runs in its own process on its own SQLite file and must not know any other room of dotbridge: what the
connector believes about Magento is never used to answer it.
"""
