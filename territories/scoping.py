"""Who sees what: the one place where rows are cut down to a user's antennas."""

from django.db import models


class ScopedQuerySet(models.QuerySet):
    """Base of every queryset whose rows belong to an antenna."""

    antenna_path = "antenna"  # lookup from the model to its antenna

    def visible_to(self, user):
        """The rows that `user` may read: all for the network, else those of the user's antennas."""
        if user.is_national:
            return self.all()
        return self.filter(**{f"{self.antenna_path}__in": user.antenna_ids})


class SharedQuerySet(models.QuerySet):
    """Base of what the whole network shares: anybody who works in an antenna may read it."""

    def visible_to(self, user):
        if user.reads_an_antenna:
            return self.all()
        return self.none()
