"""Aids of before get their numbers and the instalments that they already owed."""

from collections import Counter, defaultdict

from django.db import migrations
from django.utils.text import slugify

from conventions.schedule import Plan, add_months, versions


def number_and_plan(apps, schema_editor):
    Aid = apps.get_model("support", "Aid")
    Instalment = apps.get_model("support", "Instalment")
    antenna = "decision__application__convention__antenna"
    ranks, lines = Counter(), []
    paid_out = defaultdict(list)
    standing = apps.get_model("support", "Disbursement").objects.filter(struck_at=None)
    for aid, *payment in standing.values_list("aid", "paid_on", "amount"):
        paid_out[aid].append(payment)
    for aid in Aid.objects.select_related(antenna).order_by("contract_on", "pk"):
        name = slugify(aid.decision.application.convention.antenna.name).upper()
        year = aid.contract_on.year
        ranks[name, year] += 1
        aid.number = f"{name}-{year}-{ranks[name, year]:03d}"
        aid.search = aid.number.lower().replace("-", " ")
        aid.save(update_fields=["number", "search"])
        payments = sorted(paid_out[aid.pk])
        if payments and aid.instrument == "advance":
            plan = Plan(add_months(payments[0][0], aid.deferral_months + 1), aid.instalments)
            until = None
            for since, due in reversed(versions(plan, payments).items()):
                lines += [
                    Instalment(aid=aid, since=since, until=until, due_on=on, amount=amount)
                    for on, amount in due
                ]
                until = since
    Instalment.objects.bulk_create(lines, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("support", "0005_money_from_contract_to_loss")]

    operations = [migrations.RunPython(number_and_plan, migrations.RunPython.noop)]
