from django.apps import AppConfig


class Web(AppConfig):
    name = "dotbridge.web"
    label = "web"
