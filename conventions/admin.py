"""Conventions as an administrator works on them; what was signed or written stays as it is."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from conventions.models import (
    Amendment,
    BankBalance,
    CallLetter,
    Convention,
    ConventionStep,
    Entry,
    Pledge,
    PledgeCall,
    Receipt,
    ReferenceRate,
    Terms,
)


class ReadOnly:
    """Shown, never written here: the convention's own pages do it by their rules."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class TermsInline(admin.StackedInline):
    """The text of a draft; once signed, only an amendment changes it."""

    model = Terms
    exclude = ["amendment"]
    autocomplete_fields = ["territories"]
    extra = 0
    min_num = max_num = 1
    validate_min = True
    can_delete = False

    def has_change_permission(self, request, obj=None):
        return obj is None or obj.status == Convention.Status.DRAFT

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


class StepInline(ReadOnly, admin.TabularInline):
    model = ConventionStep
    extra = 0


@admin.register(Convention)
class ConventionAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["reference", "name", "antenna", "starts_on", "status"]
    list_filter = ["status", "antenna"]
    list_select_related = ["antenna"]
    search_fields = ["search", "reference", "name"]
    date_hierarchy = "starts_on"
    autocomplete_fields = ["antenna", "predecessor", "readers"]
    inlines = [TermsInline, StepInline]

    def get_readonly_fields(self, request, obj=None):
        """What was signed stays: only the readers and the name of a signed convention change."""
        if obj is None or obj.status == Convention.Status.DRAFT:
            return ["status"]
        return ["status", "antenna", "reference", "starts_on", "predecessor"]


@admin.register(Terms)
class TermsAdmin(ReadOnly, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["convention", "effective_on", "ends_on", "amendment"]
    list_select_related = ["convention", "amendment__convention"]
    list_filter = ["convention__antenna"]
    search_fields = ["convention__search"]


@admin.register(Amendment)
class AmendmentAdmin(ReadOnly, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["convention", "number", "signed_on", "reason"]
    list_select_related = ["convention"]
    list_filter = ["convention__antenna"]
    search_fields = ["convention__search", "reason", "document"]
    date_hierarchy = "signed_on"


@admin.register(ConventionStep)
class ConventionStepAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["convention", "status", "on", "by"]
    list_select_related = ["convention", "by"]
    list_filter = ["status", "convention__antenna"]
    search_fields = ["convention__search", "reason"]
    date_hierarchy = "on"


class ReceiptInline(ReadOnly, admin.TabularInline):
    model = Receipt
    extra = 0


@admin.register(Pledge)
class PledgeAdmin(ReadOnly, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = [
        "sponsor",
        "convention",
        "origin",
        "envelope",
        "amount",
        "days",
        "pledged_on",
        "withdrawn_on",
    ]
    list_select_related = ["sponsor", "convention"]
    list_filter = ["origin", "envelope", "convention__antenna"]
    search_fields = ["sponsor__search", "convention__search", "note"]
    date_hierarchy = "pledged_on"
    inlines = [ReceiptInline]


@admin.register(Receipt)
class ReceiptAdmin(ReadOnly, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["pledge", "amount", "received_on", "label", "created_by"]
    list_select_related = ["pledge__sponsor", "pledge__convention", "created_by"]
    list_filter = ["pledge__convention__antenna"]
    search_fields = ["pledge__sponsor__search", "pledge__convention__search", "label"]
    date_hierarchy = "received_on"


@admin.register(PledgeCall)
class PledgeCallAdmin(ReadOnly, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["reference", "pledge", "amount", "called_on", "due_on", "struck_at"]
    list_select_related = ["pledge__sponsor", "pledge__convention"]
    list_filter = ["pledge__convention__antenna"]
    search_fields = ["reference", "pledge__sponsor__search"]
    date_hierarchy = "due_on"


@admin.register(CallLetter)
class CallLetterAdmin(ReadOnly, admin.ModelAdmin):
    """The document itself is read on the pages."""

    list_display = ["subject", "call", "email", "sent_at", "sent_by"]
    list_select_related = ["call", "sent_by"]
    list_filter = ["is_reminder", ("sent_at", admin.EmptyFieldListFilter)]
    search_fields = ["subject", "email", "call__pledge__sponsor__search"]
    date_hierarchy = "sent_at"
    exclude = ["pdf"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("pdf")


@admin.register(BankBalance)
class BankBalanceAdmin(ReadOnly, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["antenna", "on", "amount", "note", "struck_at"]
    list_select_related = ["antenna"]
    list_filter = ["antenna"]
    search_fields = ["antenna__search", "note"]
    date_hierarchy = "on"


@admin.register(Entry)
class EntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["on", "convention", "kind", "label", "envelope", "amount", "created_by"]
    list_select_related = ["convention", "created_by"]
    list_filter = ["kind", "envelope", "convention__antenna"]
    search_fields = ["label", "convention__search"]
    date_hierarchy = "on"


@admin.register(ReferenceRate)
class ReferenceRateAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """Copied from the notices of the Commission, each time one is published."""

    show_auditlog_history_link = True
    list_display = ["since", "until", "base_rate", "source"]
    date_hierarchy = "since"
