from django.apps import AppConfig


class Accounts(AppConfig):
    name = "dotbridge.accounts"
    label = "people"
