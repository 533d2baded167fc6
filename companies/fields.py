"""Model fields of `companies`."""

from django.db import models


class WebsiteField(models.URLField):
    """An address typed without its scheme is taken as `https://`, as Django 6 does by itself."""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(assume_scheme="https", **kwargs)
