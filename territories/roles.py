"""What your role lets you do. A stranger to a row gets 404; a reader who tries to write, 403.

A decorator cannot know the antenna of the row a page is about, so pages about one row begin with
`visible` or `editable`; the decorators below are for pages about no row yet: new rows, and lists,
which refuse those whose roles read none of their rows rather than show them an empty page.
"""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404


def visible(user, manager, **lookup):
    """The one row of `manager` that `user` may read, or 404."""
    return get_object_or_404(manager.visible_to(user), **lookup)


def editable(user, manager, **lookup):
    """The one row of `manager` that `user` may write: 404 for a stranger, 403 for a reader."""
    row = visible(user, manager, **lookup)
    if not user.may_edit(row.antenna):
        raise PermissionDenied
    return row


def _required(predicate):
    def decorator(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not predicate(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorator


reader_required = _required(lambda user: user.reads_an_antenna)
file_reader_required = _required(lambda user: user.reads_applications)
evaluation_reader_required = _required(lambda user: user.reads_an_antenna or user.reads_evaluations)
coordinator_required = _required(lambda user: user.may_edit_somewhere)
network_required = _required(lambda user: user.may_edit_network)
sponsor_editor_required = _required(lambda user: user.may_edit_sponsors)
