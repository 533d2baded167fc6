"""The one tag library, built into every template."""
from django import template

register = template.Library()
