"""Who makes up a committee, and whether it may sit: pure functions on seats.

Source: the scheme's charter, « company heads in the majority ».
"""

from collections.abc import Iterable


def business_majority(colleges: Iterable[str]) -> bool:
    """True when more than half of the seats belong to company heads.

    `colleges` is the college of each seat (`business`, `institution`, …). False without any seat.
    """
    colleges = list(colleges)
    return 2 * colleges.count("business") > len(colleges)
