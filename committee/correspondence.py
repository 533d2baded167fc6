"""Writing to a company: which of its contacts can be."""


def reachable(company):
    """The company's contacts that have an e-mail address, the main one first."""
    return company.contacts.exclude(email="")
