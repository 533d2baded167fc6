"""Entry point for the production server: `gunicorn alize.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alize.settings")
application = get_wsgi_application()
