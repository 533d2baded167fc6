"""Search without accents or case, the same on every database."""

import re
import unicodedata

from django.db import models

# Sorts before a space, so that « Toul » comes before « Toul-sur-Meuse ».
SEPARATOR = "\t"


def fold(text):
    """Lower case, no accents, no punctuation but the dot: « Vallée (Toul) » → `vallee toul`."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = letters.replace("œ", "oe").replace("æ", "ae")
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^\w.]+", " ", plain).strip()


def folded_words(text):
    """What a search looks for: « LONGWY-1-002 » stays one thing, `longwy 1 002`."""
    return [word for word in map(fold, text.split()) if word]


def containing(text, *fields):
    """Rows of which every word of `text` is in one of these searched fields."""
    found = models.Q()
    for word in folded_words(text):
        found &= models.Q(*((f"{field}__contains", word) for field in fields), _connector="OR")
    return found


def begins_words(text, searched):
    """Whether every word of `text` begins one of a searched text; a number may be in groups."""
    words = f" {searched.replace(SEPARATOR, ' ')}"
    whole_numbers = re.sub(r"(?<=\d)\s+(?=\d)", "", text)
    return any(
        all(f" {word}" in words for word in folded_words(each)) for each in (text, whole_numbers)
    )


class SearchField(models.TextField):
    """The folded text of other fields of the row, kept when the row is saved."""

    def __init__(self, *sources, **kwargs):
        self.sources = sources
        super().__init__(**{"editable": False, "default": ""} | kwargs)

    def deconstruct(self):
        name, path, _, kwargs = super().deconstruct()
        return name, path, self.sources, kwargs

    def pre_save(self, instance, add):
        value = SEPARATOR.join(fold(str(getattr(instance, name) or "")) for name in self.sources)
        setattr(instance, self.attname, value)
        return value


class SearchMixin:
    """For querysets of models with a `SearchField` named `search`, the row's name first in it."""

    def search(self, text):
        """Rows that contain every word of `text`, in any order."""
        return self.filter(containing(text, "search"))

    def named(self, text):
        """Rows whose name is `text`, accents and case apart."""
        return self.filter(search__startswith=fold(text) + SEPARATOR)
