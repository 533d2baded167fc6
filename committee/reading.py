"""What a person reads of a session: its files one after the other, each told in one minute.

Euros are Decimal; nothing here shows a file to somebody who steps aside from it.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import Role
from committee.aid_account import Standing, standings
from committee.models import (
    AgendaItem,
    Application,
    Comment,
    Document,
    Reading,
    Seat,
    Session,
)
from committee.models.financing import Plan
from committee.models.reading import OVER, takes_part
from committee.recusal import ground
from committee.screening import findings_of

OPENING = 80  # words of a project that are read at once: half a minute


def sessions_of(user) -> QuerySet:
    """The convened sessions in which `user` holds a seat, past and cancelled ones included."""
    seats = Seat.objects.held_on(OuterRef("on")).filter(committee=OuterRef("committee"), user=user)
    return Session.objects.filter(
        Exists(seats),
        convened_at__isnull=False,
        committee__antenna__in=user.antennas_as(Role.MEMBER),
    )


def items_read_by(user) -> QuerySet:
    """The items of every agenda that `user` may read: session and file are both theirs to see."""
    return AgendaItem.objects.filter(
        session__in=Session.objects.visible_to(user),
        application__in=Application.objects.visible_to(user),
    )


def left_to_read(user) -> QuerySet:
    """The items, of sessions still to be held, that the member `user` has not said to have read."""
    read = Reading.objects.filter(
        session=OuterRef("session"), application=OuterRef("application"), user=user
    )
    coming = sessions_of(user).live().exclude(status__in=OVER)
    return items_read_by(user).filter(~Exists(read), session__in=coming)


def opening(text: str, words: int = OPENING) -> tuple[str, str]:
    """The first words of a text, its lines kept, and what follows them: empty for a short one."""
    found = re.match(rf"\s*(?:\S+\s+){{{words}}}", text)
    return (text[: found.end()], text[found.end() :]) if found else (text, "")


class Sheet(NamedTuple):
    """One file as it is read before a session."""

    item: AgendaItem
    project: tuple[str, str]
    plan: Plan
    is_undecided: bool
    findings: list
    standing: Standing | None
    comments: list
    read: Reading | None  # by whom the page is for
    readers: int  # members who said that they read it
    expected: int  # members with an account who may read it
    previous: int | None = None  # key of the file before it, and after
    next: int | None = None

    @property
    def file(self):
        return self.item.application


def sheets_of(session, user, *, on: date) -> list[Sheet]:
    """The files of `session` that `user` may read, in the order of the agenda, as seen on `on`.

    As many queries for one file as for many.
    """
    items = list(_whole(items_read_by(user).filter(session=session), user))
    undecided = [item.application for item in items if _is_undecided(item.application)]
    stand = standings(undecided, on)
    found = findings_of(undecided, on, stand)
    screened = {file.pk: each for file, *each in zip(undecided, found, stand, strict=True)}
    comments = _by_file(comments_read_by(user).filter(session=session))
    readings = _by_file(Reading.objects.visible_to(user).filter(session=session))
    expected = _readers_of(session, [item.application for item in items])
    sheets = [_sheet(item, user, screened, comments, readings, expected) for item in items]
    keys = [None, *(sheet.file.pk for sheet in sheets), None]
    return [
        sheet._replace(previous=before, next=after)
        for before, sheet, after in zip(keys, sheets, keys[2:], strict=False)
    ]


def comments_read_by(user) -> QuerySet:
    """The comments that `user` may read, with who wrote each and for which session."""
    return Comment.objects.visible_to(user).select_related("written_by", "session")


def item_to_comment(application, user):
    """The agenda item by which `user` may still comment on the file, the latest; else None."""
    items = items_read_by(user).filter(application=application)
    items = items.exclude(session__status__in=OVER).select_related("session__committee__antenna")
    item = items.order_by("-session__on").first()
    return item if item and takes_part(user, item.session) else None


def _sheet(item, user, screened, comments, readings, expected):
    file = item.application
    findings, standing = screened.get(file.pk, ([], None))
    read = readings.get(file.pk, [])
    return Sheet(
        item=item,
        project=opening(file.project),
        plan=Plan.of(file),
        is_undecided=file.pk in screened,
        findings=findings,
        standing=standing,
        comments=comments.get(file.pk, []),
        read=next((each for each in read if each.user_id == user.pk), None),
        readers=len({each.user_id for each in read} & expected[file.pk]),
        expected=len(expected[file.pk]),
    )


def _is_undecided(file):
    return file.is_open or file.status == Application.Status.SUBMITTED


def _whole(items, user):
    """The items with all that a sheet tells of their files."""
    documents = Document.objects.visible_to(user).standing().select_related("kind")
    return items.select_related(
        "application__company__commune",
        "application__company__naf",
        "application__convention__antenna",
        "application__expert",
    ).prefetch_related(
        "application__company__figures",
        "application__financing_lines",
        "application__requested_skills",
        "application__convention__terms",
        "application__waivers",
        "application__recusals",
        "application__decisions__conditions",
        Prefetch("application__documents", documents, to_attr="papers"),
    )


def _by_file(rows: Iterable) -> dict[int, list[Any]]:
    found = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found


def _readers_of(session, files):
    """By file, the keys of the members with an account who do not step aside from it."""
    sitting = Seat.objects.held_on(session.on).filter(
        committee=session.committee_id,
        user__is_active=True,
        user__memberships__role=Role.MEMBER,
        user__memberships__antenna=session.antenna,
    )
    seats = list(Seat.objects.filter(user__in=sitting.values("user")).select_related("employer"))
    members = {seat.user_id for seat in seats}
    return {
        file.pk: members - {seat.user_id for seat in seats if ground(seat, file)} for file in files
    }
