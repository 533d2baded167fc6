"""Administration of companies, sponsors, experts and the lists they are described with."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from companies.models import (
    Absence,
    Company,
    CompanyFigures,
    Contact,
    Expert,
    Lead,
    NafCode,
    Offer,
    Skill,
    Sponsor,
)
from territories.admin import OfficialListAdmin


@admin.register(NafCode)
class NafCodeAdmin(OfficialListAdmin):
    list_display = ["code", "label", "level"]
    list_filter = ["level"]
    search_fields = ["search"]


class CompanyFiguresInline(admin.TabularInline):
    model = CompanyFigures
    extra = 0


class ContactInline(admin.TabularInline):
    model = Contact
    extra = 0


@admin.register(Company)
class CompanyAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["name", "siret", "antenna", "commune", "naf"]
    list_filter = ["antenna"]
    list_select_related = ["antenna", "commune", "naf"]
    search_fields = ["search"]
    readonly_fields = ["siren"]
    autocomplete_fields = ["antenna", "commune", "naf"]
    inlines = [CompanyFiguresInline, ContactInline]


@admin.register(Contact)
class ContactAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["name", "company", "position", "is_main"]
    list_filter = ["company__antenna"]
    list_select_related = ["company"]
    search_fields = ["name", "email", "company__search"]
    autocomplete_fields = ["company"]


@admin.register(CompanyFigures)
class CompanyFiguresAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["company", "closed_on", "headcount", "turnover", "balance_sheet"]
    list_filter = ["company__antenna"]
    list_select_related = ["company"]
    search_fields = ["company__search"]
    date_hierarchy = "closed_on"
    autocomplete_fields = ["company"]


@admin.register(Sponsor)
class SponsorAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["name", "kind", "siren"]
    list_filter = ["kind"]
    search_fields = ["search"]


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    search_fields = ["name"]


class OfferInline(admin.TabularInline):
    model = Offer
    extra = 0
    autocomplete_fields = ["skill"]


class AbsenceInline(admin.TabularInline):
    model = Absence
    extra = 0


@admin.register(Expert)
class ExpertAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["last_name", "first_name", "sponsor", "is_available"]
    list_filter = ["is_available", "antennas", "skills"]
    list_select_related = ["sponsor"]
    search_fields = ["search"]
    autocomplete_fields = ["sponsor", "antennas", "home"]
    inlines = [OfferInline, AbsenceInline]


@admin.register(Lead)
class LeadAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """Requests for help; erased here when who asked wants it."""

    show_auditlog_history_link = True

    list_display = ["company_name", "antenna", "commune", "received_at", "outcome"]
    list_filter = ["antenna"]
    search_fields = ["search"]
    autocomplete_fields = ["commune", "company", "antenna"]
    readonly_fields = ["settled_by", "dismissed_at"]

    def has_add_permission(self, request):
        return False
