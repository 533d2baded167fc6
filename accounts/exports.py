"""Long files: a workbook of many rows is made in the background, and its address sent by e-mail.

The list's own view makes the file, for the person who asked, with their rights of that moment.
"""

import logging
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.mail import send_mail
from django.db import transaction
from django.http import FileResponse, HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from accounts.models import Export, User
from territories.exports import SALT

log = logging.getLogger(__name__)
HOLDS = 24 * 3600  # seconds during which the button of the page works


def prepare(order, *, by, root_url):
    """The file that the page offered, in preparation; asked twice at once, it is one.

    ValidationError when the page is too old, or is not ours.
    """
    try:
        asked = signing.loads(order, salt=SALT, max_age=HOLDS)
        if asked["by"] != by.pk:
            raise signing.BadSignature
    except signing.BadSignature:
        raise ValidationError(
            _("Cette demande a expiré. Revenez à la liste et demandez de nouveau le fichier."),
            code="expired",
        ) from None
    for old in Export.objects.expired():
        old.file.delete(save=False)
        old.delete()
    same = {"created_by": by, "address": asked["address"], "status": Export.Status.WAITING}
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # of two requests, one comes first
        export = Export.objects.filter(**same).first()
        if not export:
            export = Export.objects.create(
                **same, name=asked["name"], total=asked["total"], root_url=root_url
            )
            transaction.on_commit(partial(make.enqueue, export.pk))
    return export


@task()
def make(key):
    """Write the file of the export `key`, then tell the person who waits for it."""
    export = Export.objects.select_related("created_by").get(pk=key)
    with override(export.created_by.language):
        try:
            with _answer(export).file_to_stream as content:
                export.file.save(f"{uuid4()}.xlsx", File(content), save=False)
            export.status = Export.Status.READY
        except Exception:
            log.exception("the file of %s could not be made", export.address)
            export.status = Export.Status.FAILED
        export.save(update_fields=["file", "status"])
        _tell(export)


def _answer(export):
    """What the list answers to the person, as if they asked now."""
    if not export.created_by.is_active:
        raise ValueError("the person has left")
    path, _mark, query = export.address.partition("?")
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(query)
    request.user, request.export = export.created_by, export
    view, args, kwargs = resolve(path)
    answer = view(request, *args, **kwargs)
    if not isinstance(answer, FileResponse):
        raise ValueError("the list no longer gives a file")
    return answer


def _tell(export):
    context = {
        "export": export,
        "url": export.root_url.rstrip("/") + reverse("accounts:export_list"),
        "kept": Export.KEPT_DAYS,
    }
    ready = export.status == Export.Status.READY
    send_mail(
        _("Votre fichier est prêt") if ready else _("Votre fichier n’a pas pu être préparé"),
        render_to_string("accounts/email/export.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [export.created_by.email],
    )
