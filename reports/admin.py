"""What is kept of reports, as an administrator reads it; copies are read on their pages."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from committee.admin import ReadOnlyMixin
from reports.models import Delivery, FrozenReport, Verdict


@admin.register(FrozenReport)
class FrozenReportAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["__str__", "at", "frozen_at", "created_by", "pdf_sha256"]
    list_select_related = ["convention", "created_by"]
    list_filter = ["convention__antenna"]
    search_fields = ["convention__search", "pdf_sha256", "figures_sha256"]
    date_hierarchy = "frozen_at"
    exclude = ["pdf", "figures"]

    def get_queryset(self, request):
        return super().get_queryset(request).unprinted()


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["report", "recipient", "email", "sent_at", "sent_by"]
    list_select_related = ["report__convention", "sent_by"]
    list_filter = ["report__convention__antenna"]
    search_fields = ["recipient", "email", "report__convention__search"]
    date_hierarchy = "sent_at"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("report__pdf", "report__figures")


@admin.register(Verdict)
class VerdictAdmin(AuditlogHistoryAdminMixin, ReadOnlyMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["convention", "met_on", "outcome", "created_by", "struck_at"]
    list_select_related = ["convention", "created_by"]
    list_filter = ["outcome", "convention__antenna"]
    search_fields = ["convention__search", "text"]
    date_hierarchy = "met_on"
