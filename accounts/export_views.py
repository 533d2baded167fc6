"""Pages of the long files that one asked for."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.exports import prepare
from accounts.models import Export


def export_list(request):
    """One's files; a POST orders the one that a list offered."""
    if request.method == "POST":
        order = request.POST.get("order", "")
        try:
            prepare(order, by=request.user, root_url=request.build_absolute_uri("/"))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Le fichier se prépare. Un courriel vous préviendra."))
        return redirect("accounts:export_list")
    exports = list(Export.objects.visible_to(request.user)[:50])
    context = {
        "exports": exports,
        "waiting": any(export.status == Export.Status.WAITING for export in exports),
        "kept": Export.KEPT_DAYS,
    }
    return render(request, "accounts/export_list.html", context)


@never_cache
@require_safe
def export(request, pk):
    row = get_object_or_404(
        Export.objects.visible_to(request.user), pk=pk, status=Export.Status.READY
    )
    try:
        content = row.file.open()
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=str(row))
