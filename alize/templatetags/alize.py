"""The one tag library, built into every template."""

from datetime import date

from django import template
from django.templatetags.static import static
from django.utils.crypto import get_random_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conventions.money import in_days, in_euros, in_percents, plain, taken
from reports.display import gap_written, written
from territories.dates import in_words

register = template.Library()
register.filter(plain)
register.filter(taken)
register.filter("figure", written)
register.filter("gap", gap_written)
register.filter(in_words, expects_localtime=True)

# The colour of each state, whatever the object: one place.
COLOURS = {
    "draft": "secondary",
    "planned": "secondary",
    "project": "secondary",
    "withdrawn": "secondary",
    "dormant": "secondary",
    "submitted": "primary",
    "waiting": "primary",
    "partly": "primary",
    "asked": "primary",
    "answered": "primary",
    "to_come": "primary",
    "convened": "primary",
    "open": "success",
    "signed": "success",
    "active": "success",
    "running": "success",
    "approved": "success",
    "received": "success",
    "accepted": "success",
    "yes": "success",
    "ready": "success",
    "renewed": "success",
    "extended": "success",
    "prolonged": "primary",
    "adjourned": "warning",
    "suspended": "warning",
    "to_fix": "warning",
    "paused": "warning",
    "to_sign": "warning",
    "refused": "danger",
    "late": "danger",
    "contested": "danger",
    "closed": "dark",
    "stopped": "dark",
    "cancelled": "dark",
    "given_up": "dark",
}


@register.filter
def euros(value):
    """12345.67 → « 12 345,67 € »."""
    return "–" if value in (None, "") else in_euros(value)


@register.filter
def days(value):
    """1.50 → « 1,5 j »; whole numbers without decimals."""
    return "–" if value in (None, "") else in_days(value)


@register.filter
def percent(share):
    """0.6 → « 60 % »."""
    return "–" if share is None else in_percents(share)


@register.filter
def day(value):
    """A date as 31/12/2026."""
    return date_format(value, "SHORT_DATE_FORMAT") if value else "–"


@register.filter
def cell(row, column):
    """The value of a column of a list, as it is written on a page."""
    match value := column.value(row):
        case None | "":
            return "–"
        case date():
            return day(value)
    return value


@register.filter
def may_edit(user, antenna):
    return user.is_authenticated and user.may_edit(antenna)


@register.filter
def at_fault(form):
    """The fields of a form that are to be corrected."""
    return [field for field in form if field.errors]


@register.filter
def capfirst_label(label):
    text = str(label)
    return text[:1].upper() + text[1:]


@register.simple_tag
def badge(row, field="status"):
    """The state of a row, in words on its colour."""
    value = getattr(row, field)
    label = getattr(row, f"get_{field}_display")()
    colour = COLOURS.get(value, "secondary")
    return format_html('<span class="badge text-bg-{}">{}</span>', colour, label)


@register.simple_tag
def icon(name):
    """A decorative Bootstrap icon."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/bootstrap-icons/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def sorted_by(context, name, label):
    """A column heading that sorts the list; a second click turns the order round."""
    query = context["request"].GET.copy()
    current = query.get("o", "")
    query["o"] = f"-{name}" if current == name else name
    query.pop("page", None)
    query.pop("format", None)
    arrow = {name: "\u00a0↑", f"-{name}": "\u00a0↓"}.get(current, "")
    return format_html('<a href="?{}">{}{}</a>', query.urlencode(), label, arrow)


@register.simple_tag(takes_context=True)
def current_page(context, *prefixes):
    """` aria-current="page"` and the active class, when the address begins with a prefix."""
    path = context["request"].path
    is_here = any(path.startswith(prefix) for prefix in prefixes)
    active = SafeString('class="nav-link active" aria-current="page"')
    return active if is_here else SafeString('class="nav-link"')


@register.simple_tag
def once():
    """What makes a form count once, however often it is sent (alize/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', get_random_string(32))
