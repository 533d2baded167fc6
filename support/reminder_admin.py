"""Administration of reminders: steps are written here, what left is read."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from committee.admin import ReadOnlyMixin
from committee.previews import PreviewMixin
from support.models import Reminder, ReminderStep
from support.reminders import EXAMPLE


@admin.register(ReminderStep)
class ReminderStepAdmin(PreviewMixin, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """What companies are told when they are late, and when."""

    example_values = EXAMPLE
    show_auditlog_history_link = True
    list_display = ["days", "kind", "antenna", "subject"]
    list_filter = ["kind", "antenna"]
    list_select_related = ["antenna"]
    search_fields = ["subject", "body"]
    autocomplete_fields = ["antenna"]


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The document itself is read on the pages."""

    list_display = ["aid", "kind", "step_days", "sent_on", "late", "recipient", "sent_by"]
    list_filter = ["kind", "aid__decision__application__convention__antenna"]
    list_select_related = [
        "aid__decision__application__convention",
        "aid__decision__application__company",
        "sent_by",
    ]
    search_fields = [
        "subject",
        "recipient",
        "sent_to",
        "tracking",
        "aid__decision__application__search",
        "aid__decision__application__company__search",
    ]
    date_hierarchy = "sent_on"
    exclude = ["pdf"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("pdf")
