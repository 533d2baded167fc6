"""Administration of committees and files; steps and decisions are read, verbs write them."""

from auditlog.mixins import AuditlogHistoryAdminMixin
from django.contrib import admin

from committee.models import (
    AgendaChange,
    AgendaItem,
    Application,
    ApplicationStep,
    Attendance,
    CalendarFeed,
    Comment,
    Committee,
    CompletionRequest,
    Condition,
    Decision,
    DeclaredAid,
    DeMinimisCeiling,
    Document,
    FinancingLine,
    Invitation,
    Letter,
    LetterTemplate,
    Minutes,
    Motion,
    PieceKind,
    PlannedJobs,
    Reading,
    Recusal,
    Seat,
    Session,
    Vote,
    Waiver,
)
from committee.previews import PreviewMixin


class ReadOnlyMixin:
    """Rows that a verb wrote."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class SeatInline(admin.TabularInline):
    model = Seat
    extra = 0
    autocomplete_fields = ["employer", "user"]


@admin.register(Committee)
class CommitteeAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["name", "antenna", "since", "until"]
    list_filter = ["antenna"]
    list_select_related = ["antenna"]
    search_fields = ["name", "antenna__name"]
    autocomplete_fields = ["antenna"]
    inlines = [SeatInline]


@admin.register(Seat)
class SeatAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["holder", "college", "committee", "is_chair", "mandate_from", "mandate_until"]
    list_filter = ["college", "is_chair", "committee__antenna"]
    list_select_related = ["committee"]
    search_fields = ["holder", "deputy", "employer_name", "employer__name"]
    autocomplete_fields = ["committee", "employer", "user"]


class FinancingLineInline(admin.TabularInline):
    model = FinancingLine
    extra = 0

    def has_change_permission(self, request, obj=None):
        return obj is None or obj.is_open

    has_add_permission = has_delete_permission = has_change_permission


class PlannedJobsInline(FinancingLineInline):
    model = PlannedJobs


class ApplicationStepInline(ReadOnlyMixin, admin.TabularInline):
    model = ApplicationStep
    extra = 0


@admin.register(Application)
class ApplicationAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """A file with payments and jobs is protected; its status moves by its verbs alone."""

    show_auditlog_history_link = True
    list_display = ["reference", "company", "title", "status", "received_on"]
    list_filter = ["status", "purpose", "envelope", "convention__antenna"]
    list_select_related = ["convention", "company"]
    search_fields = ["search", "company__search"]
    date_hierarchy = "received_on"
    autocomplete_fields = ["convention", "company", "requested_skills"]
    readonly_fields = ["number", "status", "received_on", "created_at"]
    readonly_fields += ["proposed_advance", "proposed_grant", "proposed_days", "proposed_jobs"]
    inlines = [FinancingLineInline, PlannedJobsInline, ApplicationStepInline]

    def get_readonly_fields(self, request, obj=None):
        """A file keeps its company and its convention; what the committee read stays as it was."""
        if obj is None:
            return self.readonly_fields
        if obj.is_open:
            return [*self.readonly_fields, "convention", "company"]
        editable = ("private_notes", "id", "search")
        return [field.name for field in obj._meta.fields if field.name not in editable] + [
            "requested_skills"
        ]


class ConditionInline(admin.TabularInline):
    model = Condition
    extra = 0


@admin.register(Decision)
class DecisionAdmin(AuditlogHistoryAdminMixin, ReadOnlyMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["application", "outcome", "decided_on", "advance", "grant", "days"]
    list_filter = ["outcome", "application__convention__antenna"]
    list_select_related = ["application__convention", "application__company"]
    search_fields = ["application__search", "application__company__search"]
    date_hierarchy = "decided_on"
    inlines = [ConditionInline]


@admin.register(Condition)
class ConditionAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """What is asked for stays; whether it was met can be corrected."""

    show_auditlog_history_link = True
    list_display = ["label", "decision", "met_on"]
    list_filter = [("met_on", admin.EmptyFieldListFilter)]
    list_select_related = ["decision__application__convention", "decision__application__company"]
    search_fields = ["label", "decision__application__search"]
    readonly_fields = ["decision", "label"]

    def has_add_permission(self, request):
        return False


@admin.register(FinancingLine)
class FinancingLineAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["label", "side", "amount", "application"]
    list_filter = ["side"]
    list_select_related = ["application__convention", "application__company"]
    search_fields = ["label", "application__search"]
    autocomplete_fields = ["application"]


@admin.register(ApplicationStep)
class ApplicationStepAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["application", "status", "on", "by"]
    list_filter = ["status"]
    list_select_related = ["application__convention", "application__company", "by"]
    search_fields = ["application__search"]
    date_hierarchy = "on"


@admin.register(DeMinimisCeiling)
class DeMinimisCeilingAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["since", "amount", "regulation"]
    date_hierarchy = "since"


@admin.register(DeclaredAid)
class DeclaredAidAdmin(ReadOnlyMixin, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    show_auditlog_history_link = True
    list_display = ["granted_on", "company", "grantor", "amount", "regulation", "created_by"]
    list_filter = ["company__antenna"]
    list_select_related = ["company", "created_by"]
    search_fields = ["grantor", "note", "company__search"]
    date_hierarchy = "granted_on"


@admin.register(Waiver)
class WaiverAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["application", "sentence", "on", "by"]
    list_filter = ["rule"]
    list_select_related = ["application__convention", "application__company", "by"]
    search_fields = ["application__search", "reason"]
    date_hierarchy = "on"


@admin.register(PieceKind)
class PieceKindAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """What the network asks for, and since when. One that documents carry can only be put away."""

    show_auditlog_history_link = True
    list_display = ["name", "required_since", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]


@admin.register(Document)
class DocumentAdmin(AuditlogHistoryAdminMixin, ReadOnlyMixin, admin.ModelAdmin):
    """The file itself is read on the pages, which check who may."""

    show_auditlog_history_link = True
    list_display = ["title", "application", "kind", "size", "created_at", "created_by"]
    list_filter = ["kind", "is_private", ("struck_at", admin.EmptyFieldListFilter)]
    list_select_related = [
        "application__convention",
        "application__company",
        "kind",
        "created_by",
    ]
    search_fields = ["title", "original_name", "application__search"]
    date_hierarchy = "created_at"
    exclude = ["file"]


@admin.register(CompletionRequest)
class CompletionRequestAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["application", "email", "subject", "sent_at", "sent_by"]
    list_select_related = ["application__convention", "application__company", "sent_by"]
    search_fields = ["email", "subject", "application__search"]
    date_hierarchy = "sent_at"


@admin.register(Recusal)
class RecusalAdmin(AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """One declared by mistake is deleted here, with its trace in the history."""

    show_auditlog_history_link = True
    list_display = ["application", "seat", "reason", "declared_at", "declared_by"]
    list_select_related = ["application__convention", "application__company", "seat", "declared_by"]
    search_fields = ["application__search", "seat__holder", "reason"]
    autocomplete_fields = ["application", "seat"]
    readonly_fields = ["declared_by"]
    date_hierarchy = "declared_at"


class AgendaItemInline(ReadOnlyMixin, admin.TabularInline):
    model = AgendaItem
    extra = 0


@admin.register(Session)
class SessionAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["on", "committee", "convention", "status"]
    list_filter = ["status", "committee"]
    list_select_related = ["committee", "convention"]
    search_fields = ["committee__name", "convention__reference"]
    date_hierarchy = "on"
    inlines = [AgendaItemInline]


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["session", "position", "application", "minutes"]
    list_select_related = [
        "session__committee",
        "application__convention",
        "application__company",
    ]
    search_fields = ["application__search"]


@admin.register(AgendaChange)
class AgendaChangeAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["session", "application", "added", "reason", "at", "by"]
    list_select_related = [
        "session__committee",
        "application__convention",
        "application__company",
        "by",
    ]
    search_fields = ["application__search", "reason"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["session", "seat", "answer", "proxy_to", "answered_at", "sent_at"]
    list_filter = ["answer"]
    list_select_related = ["session__committee", "seat", "proxy_to"]
    search_fields = ["seat__holder"]


@admin.register(LetterTemplate)
class LetterTemplateAdmin(PreviewMixin, AuditlogHistoryAdminMixin, admin.ModelAdmin):
    """What letters say."""

    show_auditlog_history_link = True
    list_display = ["outcome", "antenna", "subject"]
    list_filter = ["outcome", "antenna"]
    list_select_related = ["antenna"]
    search_fields = ["subject", "body"]
    autocomplete_fields = ["antenna"]


@admin.register(Letter)
class LetterAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The document itself is read on the pages."""

    list_display = ["subject", "decision", "sent_to", "sent_at", "sent_by"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter)]
    list_select_related = [
        "decision__application__convention",
        "decision__application__company",
        "sent_by",
    ]
    search_fields = ["subject", "sent_to", "decision__application__search"]
    date_hierarchy = "sent_at"
    exclude = ["pdf"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("pdf")


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["session", "seat", "arrived_at", "left_at", "is_remote", "by_deputy"]
    list_select_related = ["session__committee", "seat"]
    search_fields = ["seat__holder"]


@admin.register(Motion)
class MotionAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["item", "outcome", "put_at", "in_favour", "against", "abstained", "is_carried"]
    list_filter = ["outcome", "is_carried", "is_secret"]
    list_select_related = ["item__application__convention", "item__application__company"]
    search_fields = ["item__application__search"]


@admin.register(Vote)
class VoteAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["motion", "seat", "choice", "cast_by", "at", "recorded_by"]
    list_select_related = [
        "motion__item__application__convention",
        "motion__item__application__company",
        "seat",
        "cast_by",
        "recorded_by",
    ]
    search_fields = ["seat__holder"]


@admin.register(Minutes)
class MinutesAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["session", "number", "signed_at", "signed_name", "sha256"]
    list_select_related = ["session__committee"]
    search_fields = ["session__committee__name", "sha256"]
    exclude = ["content", "scan"]


@admin.register(Reading)
class ReadingAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["session", "application", "user", "read_at"]
    list_select_related = [
        "session__committee",
        "application__convention",
        "application__company",
        "user",
    ]
    search_fields = ["application__search"]


@admin.register(Comment)
class CommentAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["session", "application", "written_by", "written_at", "withdrawn_at"]
    list_select_related = [
        "session__committee",
        "application__convention",
        "application__company",
        "written_by",
    ]
    search_fields = ["application__search", "text"]
    date_hierarchy = "written_at"


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Who follows their sessions; the address stays theirs."""

    list_display = ["user", "made_at"]
    list_select_related = ["user"]
    exclude = ["token"]
