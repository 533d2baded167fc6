"""What is kept of reports: copies as they were, who received them, what funders decided."""

from reports.models.frozen import Delivery, FrozenReport
from reports.models.verdict import Verdict

__all__ = ["Delivery", "FrozenReport", "Verdict"]
