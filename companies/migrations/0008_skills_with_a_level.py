"""The skills that experts offered become offers, with a level; nothing is lost on the way."""

from django.db import migrations, models


def to_offers(apps, schema_editor):
    Offer, Expert = apps.get_model("companies", "Offer"), apps.get_model("companies", "Expert")
    links = Expert.skills.through.objects.values_list("expert", "skill")
    Offer.objects.bulk_create(
        Offer(expert_id=expert, skill_id=skill, level="confirmed") for expert, skill in links
    )


def to_links(apps, schema_editor):
    Offer, Expert = apps.get_model("companies", "Offer"), apps.get_model("companies", "Expert")
    link = Expert.skills.through
    offers = Offer.objects.values_list("expert", "skill")
    link.objects.bulk_create(link(expert_id=expert, skill_id=skill) for expert, skill in offers)


class Migration(migrations.Migration):
    dependencies = [("companies", "0007_what_experts_offer")]

    operations = [
        migrations.RunPython(to_offers, to_links),
        migrations.RemoveField("expert", "skills"),
        migrations.AddField(
            "expert",
            "skills",
            models.ManyToManyField(
                blank=True,
                related_name="experts",
                through="companies.Offer",
                to="companies.skill",
                verbose_name="compétences",
            ),
        ),
    ]
