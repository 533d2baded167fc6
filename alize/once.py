"""A page sent again, by the back button or from an old tab, is recorded once."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

KEPT = 50  # pages that a session remembers


class OnceMiddleware:
    """Forms carry a token (`{% once %}`); one that led somewhere leads there again, and no more."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = request.POST.get("once") if request.method == "POST" else None
        sent = request.session.get("once", {})
        if token in sent:
            messages.info(request, _("Cette page était déjà envoyée : elle ne compte qu’une fois."))
            return redirect(sent[token])
        response = self.get_response(request)
        # Whoever is sent to sign in has recorded nothing: their page may be sent again.
        if token and response.status_code == 302 and request.user.is_authenticated:
            latest = list(request.session.get("once", {}).items())[1 - KEPT :]
            request.session["once"] = dict(latest) | {token[:32]: response.url}
        return response
