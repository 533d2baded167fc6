"""`/healthz` (the process answers) and `/readyz` (its database and migrations do too)."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse


class HealthMiddleware:
    """Answers before sessions, sign-in and host checks: a probe has no account and no host name."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        match request.path:
            case "/healthz":
                return HttpResponse("ok", content_type="text/plain")
            case "/readyz":
                return ready()
        return self.get_response(request)


def ready():
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("database unreachable", content_type="text/plain", status=503)
    if waiting:
        return HttpResponse("migrations waiting", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")
