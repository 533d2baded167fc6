"""Administration of antennas, territories, closures and the official lists of places."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from territories.models import Antenna, Closure, Commune, Department, Epci, Territory


class OfficialListAdmin(admin.ModelAdmin):
    """Loaded from the official files (`load_communes`, `load_naf`): read here, never edited."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Department)
class DepartmentAdmin(OfficialListAdmin):
    list_display = ["code", "name", "region_name"]
    list_filter = ["region_name"]
    search_fields = ["code", "name"]


@admin.register(Epci)
class EpciAdmin(OfficialListAdmin):
    list_display = ["name", "kind", "siren"]
    list_filter = ["kind"]
    search_fields = ["search"]


@admin.register(Commune)
class CommuneAdmin(OfficialListAdmin):
    list_display = ["name", "code", "postal_codes", "department", "epci", "population"]
    list_filter = ["department__region_name"]
    list_select_related = ["department", "epci"]
    search_fields = ["search"]


class TerritoryInline(admin.TabularInline):
    model = Territory
    fields = ["name"]
    extra = 0
    show_change_link = True


@admin.register(Antenna)
class AntennaAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["name", "host", "status", "opened_on", "contact_name"]
    list_filter = ["status"]
    search_fields = ["search"]
    inlines = [TerritoryInline]


@admin.register(Territory)
class TerritoryAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["name", "antenna"]
    list_filter = ["antenna"]
    list_select_related = ["antenna"]
    search_fields = ["name"]
    autocomplete_fields = ["antenna", "communes"]


@admin.register(Closure)
class ClosureAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["company_name", "site", "antenna", "closed_on", "jobs_cut", "jobs_recreated"]
    list_filter = ["antenna"]
    list_select_related = ["antenna"]
    search_fields = ["company_name", "site"]
    autocomplete_fields = ["antenna", "commune"]
