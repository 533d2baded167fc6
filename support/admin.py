"""Administration of what companies get; facts are read here, and struck out on their pages."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from committee.admin import ReadOnlyMixin
from support.models import (
    Aid,
    BankColumns,
    BankLine,
    Disbursement,
    Job,
    Mission,
    Repayment,
    SkillDay,
    Statement,
)


class DisbursementInline(ReadOnlyMixin, admin.TabularInline):
    model = Disbursement
    fields = readonly_fields = ["paid_on", "amount", "label", "struck_at", "struck_reason"]
    extra = 0


class RepaymentInline(ReadOnlyMixin, admin.TabularInline):
    model = Repayment
    fields = readonly_fields = ["received_on", "amount", "label", "struck_at", "struck_reason"]
    extra = 0


@admin.register(Aid)
class AidAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["decision", "instrument", "contract_on", "deferral_months", "instalments"]
    list_filter = ["instrument", "decision__application__convention__antenna", "contract_on"]
    list_select_related = ["decision__application__convention", "decision__application__company"]
    search_fields = ["decision__application__search", "decision__application__company__search"]
    autocomplete_fields = ["decision"]
    inlines = [DisbursementInline, RepaymentInline]
    date_hierarchy = "contract_on"

    def get_readonly_fields(self, request, obj=None):
        """A contract keeps its decision and its nature."""
        return ["decision", "instrument"] if obj else []


class FactAdmin(ReadOnlyMixin, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """Rows that are struck out, never changed nor erased."""

    show_auditlog_history_link = True

    def get_list_filter(self, request):
        return [("struck_at", admin.EmptyFieldListFilter), *self.list_filter]


class PaymentAdmin(FactAdmin):
    list_filter = ["aid__instrument", "aid__decision__application__convention__antenna"]
    list_select_related = [
        "aid__decision__application__convention",
        "aid__decision__application__company",
    ]
    search_fields = [
        "label",
        "aid__decision__application__search",
        "aid__decision__application__company__search",
    ]


@admin.register(Disbursement)
class DisbursementAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "paid_on", "label", "struck_reason"]
    date_hierarchy = "paid_on"


@admin.register(Repayment)
class RepaymentAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "received_on", "label", "struck_reason"]
    date_hierarchy = "received_on"


@admin.register(Mission)
class MissionAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["subject", "application", "expert", "starts_on", "ends_on", "days"]
    list_filter = ["application__convention__antenna", "starts_on"]
    list_select_related = ["application__company", "application__convention", "expert"]
    search_fields = [
        "subject",
        "application__search",
        "application__company__search",
        "expert__search",
    ]
    autocomplete_fields = ["application", "expert"]


@admin.register(SkillDay)
class SkillDayAdmin(FactAdmin):
    list_display = ["mission", "done_on", "days", "certified_on", "struck_reason"]
    list_filter = [
        ("certified_on", admin.EmptyFieldListFilter),
        "mission__application__convention__antenna",
    ]
    list_select_related = ["mission__expert"]
    search_fields = ["note", "mission__subject", "mission__application__company__search"]
    date_hierarchy = "done_on"


@admin.register(Job)
class JobAdmin(FactAdmin):
    list_display = [
        "application",
        "kind",
        "contract",
        "fte",
        "starts_on",
        "ends_on",
        "observed_on",
        "struck_reason",
    ]
    list_filter = ["kind", "contract", "application__convention__antenna"]
    list_select_related = ["application__company", "application__convention"]
    search_fields = ["evidence", "application__search", "application__company__search"]
    date_hierarchy = "observed_on"


class BankAdmin(ReadOnlyMixin, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """What the bank told, read here and settled on its pages."""

    show_auditlog_history_link = True


@admin.register(BankColumns)
class BankColumnsAdmin(BankAdmin):
    list_display = ["antenna", "headings", "chosen_at", "chosen_by"]
    list_filter = ["antenna"]
    list_select_related = ["antenna", "chosen_by"]


@admin.register(Statement)
class StatementAdmin(BankAdmin):
    list_display = ["name", "antenna", "read_at", "read_by", "debits", "unread_count"]
    list_filter = ["antenna"]
    list_select_related = ["antenna", "read_by"]
    search_fields = ["name"]
    date_hierarchy = "read_at"


@admin.register(BankLine)
class BankLineAdmin(BankAdmin):
    list_display = ["statement", "row", "day", "amount", "label", "outcome"]
    list_filter = ["outcome", "statement__antenna"]
    list_select_related = ["statement"]
    search_fields = ["label"]
    date_hierarchy = "day"
