"""Loads a part of the data file: first who and where, then the story of what happened."""

from alize.demo.bank import plan_balance, plan_statement
from alize.demo.campaigns import plan_campaigns
from alize.demo.files import plan_file
from alize.demo.funding import plan_convention
from alize.demo.leads import plan_lead
from alize.demo.papers import require_pieces
from alize.demo.partners import (
    make_companies,
    make_experts,
    make_sponsors,
    plan_declared_aid,
)
from alize.demo.places import (
    let_funders_read,
    make_accounts,
    make_antennas,
    make_closures,
    make_committees,
    make_territories,
)
from alize.demo.readings import plan_reading
from alize.demo.reminders import plan_reminders
from alize.demo.reports import plan_report
from alize.demo.sessions import plan_session
from alize.demo.yearly import plan_yearly_statements


def load(world, part, report=lambda day, done: None):
    """Make the rows of one part (`founding` or `present`); returns the number of events told.

    Everything dated is planned first, then told day by day, so that each verb sees the
    conventions, balances and files as they were on its day.
    """
    make_antennas(world, part["antennas"])
    make_territories(world, part["territories"])
    make_closures(world, part["closures"])
    make_sponsors(world, part["sponsors"])
    make_accounts(world, part.get("accounts", []))
    make_experts(world, part["experts"])
    make_companies(world, part["companies"], notes=part["company_notes"])
    make_committees(world, part["committees"])
    require_pieces(world, part.get("pieces", []))
    for row in part["conventions"]:
        plan_convention(world, row)
    for row in part.get("leads", []):
        plan_lead(world, row)
    for row in part.get("declared_aids", []):
        plan_declared_aid(world, row)
    for row in part.get("sessions", []):
        plan_session(world, row)
    for row in part["files"]:
        plan_file(world, row)
    for row in part.get("readings", []):
        plan_reading(world, row)
    plan_reminders(world)
    plan_campaigns(world)
    plan_yearly_statements(world)
    for row in part.get("reports", []):
        plan_report(world, row)
    for row in part.get("statements", []):
        plan_statement(world, row)
    for row in part.get("balances", []):
        plan_balance(world, row)
    events = world.story.replay(report)
    let_funders_read(world, part.get("accounts", []))
    return events
