"""Loaded by pytest before the settings: tests run as a debugging checkout, whatever `.env` says."""

import os

os.environ["DEBUG"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # pytest-playwright keeps a loop running
