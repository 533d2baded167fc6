"""Administration of what is asked of people without an account, and of what they said: to read."""

from django.contrib import admin

from committee.admin import ReadOnlyMixin
from support.models import (
    AnswerLetter,
    Campaign,
    Feedback,
    PersonalLink,
    Sample,
    SampleItem,
    Survey,
    YearlyStatement,
)


@admin.register(PersonalLink)
class PersonalLinkAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The word of an address is nobody's to read."""

    exclude = ["word"]
    list_display = ["mission", "purpose", "sent_to", "sent_at", "expires_on", "used_at"]
    list_filter = ["purpose", "mission__application__convention__antenna"]
    list_select_related = ["mission__expert"]
    date_hierarchy = "sent_at"


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["mission", "side", "answered_at"]
    list_filter = ["side", "mission__application__convention__antenna"]
    list_select_related = ["mission__expert"]


class SurveyInline(ReadOnlyMixin, admin.TabularInline):
    model = Survey
    fields = readonly_fields = ["application", "status", "asked_on", "answered_on", "checked_on"]
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["antenna", "months", "opened_on", "answer_by", "closed_on"]
    list_filter = ["months", "antenna"]
    list_select_related = ["antenna"]
    inlines = [SurveyInline]


class SampleItemInline(ReadOnlyMixin, admin.TabularInline):
    model = SampleItem
    fields = readonly_fields = ["application", "jobs", "asked_on", "proved", "checked_on", "note"]
    extra = 0


@admin.register(Sample)
class SampleAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["convention", "drawn_on", "size", "population", "seed", "drawn_by"]
    list_filter = ["convention__antenna"]
    list_select_related = ["convention", "drawn_by"]
    inlines = [SampleItemInline]


@admin.register(AnswerLetter)
class AnswerLetterAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The document itself is read on the pages."""

    list_display = ["rescheduling", "sent_on", "recipient", "sent_by"]
    list_select_related = ["rescheduling__aid__decision__application", "sent_by"]


@admin.register(YearlyStatement)
class YearlyStatementAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The document itself is read on the pages."""

    list_display = ["sponsor", "antenna", "year", "sent_on", "recipient", "sent_by"]
    list_filter = ["year", "antenna"]
    list_select_related = ["sponsor", "antenna", "sent_by"]
