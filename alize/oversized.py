"""Keys larger than any row's, put into an address or a page by hand."""

from django.views.defaults import bad_request


class OversizedKeyMiddleware:
    """SQLite breaks down on them where PostgreSQL finds nothing: the answer is a bad request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, OverflowError):
            return bad_request(request, exception)
        return None
