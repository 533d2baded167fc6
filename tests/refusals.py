"""How a test says that something is refused, and by what."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction


@contextmanager
def refused(code=None, *, field=None):
    """A verb refuses: with this code, or with a sentence for this field of a form."""
    with pytest.raises(ValidationError) as caught:
        yield caught
    by_field = getattr(caught.value, "error_dict", {})
    if field:
        assert field in by_field
    if code:
        errors = [*getattr(caught.value, "error_list", []), *sum(by_field.values(), [])]
        assert code in {error.code for error in errors}


@contextmanager
def refused_by(constraint):
    """The database itself refuses. SQLite tells the columns of a unique constraint only."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    told = str(caught.value)
    assert constraint in told or "UNIQUE constraint failed" in told
