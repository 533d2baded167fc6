"""Administration of what companies get; facts are read here, and struck out on their pages."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from committee.admin import ReadOnlyMixin
from support.asking_admin import CampaignAdmin
from support.models import (
    Aid,
    BankColumns,
    BankLine,
    Credit,
    Declaration,
    Disbursement,
    Job,
    Mission,
    Pause,
    PaymentOrder,
    Release,
    Repayment,
    Rescheduling,
    SkillDay,
    Solicitation,
    Statement,
    WriteOff,
)
from support.reminder_admin import ReminderAdmin, ReminderStepAdmin

__all__ = ["CampaignAdmin", "ReminderAdmin", "ReminderStepAdmin"]


class DisbursementInline(ReadOnlyMixin, admin.TabularInline):
    model = Disbursement
    fields = readonly_fields = ["paid_on", "amount", "label", "struck_at", "struck_reason"]
    extra = 0


class RepaymentInline(ReadOnlyMixin, admin.TabularInline):
    model = Repayment
    fields = readonly_fields = ["received_on", "amount", "label", "struck_at", "struck_reason"]
    extra = 0


@admin.register(Aid)
class AidAdmin(ReadOnlyMixin, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """A contract is numbered, corrected and rescheduled on its pages, which know its schedule."""

    show_auditlog_history_link = True
    list_display = ["number", "decision", "instrument", "contract_on", "instalments", "frequency"]
    list_filter = ["instrument", "decision__application__convention__antenna", "contract_on"]
    list_select_related = ["decision__application__convention", "decision__application__company"]
    search_fields = [
        "search",
        "decision__application__search",
        "decision__application__company__search",
    ]
    inlines = [DisbursementInline, RepaymentInline]
    date_hierarchy = "contract_on"


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
        "aid__search",
        "aid__decision__application__search",
        "aid__decision__application__company__search",
    ]


@admin.register(Disbursement)
class DisbursementAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "paid_on", "label", "approved_by", "struck_reason"]
    date_hierarchy = "paid_on"


@admin.register(Repayment)
class RepaymentAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "received_on", "is_recovery", "rejected_on", "struck_reason"]
    date_hierarchy = "received_on"


@admin.register(PaymentOrder)
class PaymentOrderAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "created_by", "disbursement", "struck_reason"]


@admin.register(Declaration)
class DeclarationAdmin(PaymentAdmin):
    list_display = ["aid", "declared_on", "reference", "struck_reason"]


@admin.register(Credit)
class CreditAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "received_on", "used_on", "repayment", "struck_reason"]


@admin.register(Release)
class ReleaseAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "released_on", "reason", "struck_reason"]


@admin.register(WriteOff)
class WriteOffAdmin(PaymentAdmin):
    list_display = ["aid", "amount", "written_off_on", "reference", "struck_reason"]


@admin.register(Rescheduling)
class ReschedulingAdmin(PaymentAdmin):
    list_display = ["aid", "kind", "status", "requested_on", "decided_on", "struck_reason"]


class PauseInline(admin.TabularInline):
    model = Pause
    fields = ["starts_on", "ends_on", "reason"]
    extra = 0


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
    inlines = [PauseInline]


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


@admin.register(Solicitation)
class SolicitationAdmin(ReadOnlyMixin, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """An expert is asked, and the answer noted, on the pages of the file."""

    show_auditlog_history_link = True
    list_display = ["expert", "application", "asked_on", "answer", "answered_on"]
    list_filter = ["answer", "application__convention__antenna"]
    list_select_related = ["expert", "application__convention", "application__company"]
    search_fields = ["expert__search", "application__search", "application__company__search"]
    date_hierarchy = "asked_on"
