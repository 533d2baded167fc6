"""Passwords hashed as in production, in one round: a strong hash is a slow one, on purpose."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRoundHasher(PBKDF2PasswordHasher):
    iterations = 1
