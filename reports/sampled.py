"""What the last check by sampling says of a convention (docs/jobs.md)."""

from functools import cached_property

from support.models import Sample, SampleItem
from support.sampling import Share, wilson


class Sampled:
    """The last draw of an `Evaluation` of which a file was checked. Costs one query, once."""

    @property
    def sample_items(self):
        """Its checked files."""
        checked = SampleItem.objects.filter(checked_on__lte=self.at)
        draws = Sample.objects.filter(convention=self.convention, drawn_on__lte=self.at)
        draws = draws.filter(pk__in=checked.values("sample")).order_by("-drawn_on", "-pk")
        return checked.filter(sample__in=draws.values("pk")[:1])

    @property
    def sample_files_checked(self) -> int:
        """Files of the last draw that were checked."""
        return len(self._sampled)

    @property
    def sample_files_proved(self) -> int:
        """Of those, the ones whose every job was proved."""
        return sum(item.is_proved for item in self._sampled)

    @property
    def verified_share(self) -> float | None:
        """Files wholly proved over files checked; None when none was."""
        return _rounded(self._share and self._share.seen)

    @property
    def verified_share_low(self) -> float | None:
        """Where Wilson's interval of that share begins, at 95 %."""
        return _rounded(self._share and self._share.low)

    @property
    def verified_share_high(self) -> float | None:
        """Where it ends."""
        return _rounded(self._share and self._share.high)

    @cached_property
    def _sampled(self):
        return list(self.sample_items)

    @property
    def _share(self) -> Share | None:
        return wilson(self.sample_files_proved, self.sample_files_checked)


def _rounded(share):
    return share if share is None else round(share, 4)
