"""What an aid says at the end of a day: the sums of a list, in euros, without a query."""

from dataclasses import dataclass
from datetime import date

from support.models import Aid


@dataclass(frozen=True)
class AidAt:
    """The sums of an aid that came by `with_money`."""

    aid: Aid
    on: date

    @property
    def disbursed(self):
        return self.aid.disbursed_on(self.on)

    @property
    def repaid(self):
        return self.aid.repaid_on(self.on)

    @property
    def lost(self):
        """Written off, less what was recovered since."""
        return self.aid.written_off_on(self.on) - self.aid.recovered_on(self.on)

    @property
    def outstanding(self):
        return self.aid.outstanding_on(self.on)

    @property
    def late(self):
        return self.aid.late_on(self.on)
