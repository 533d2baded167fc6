"""The award letter of the network tells the company what its aid is worth as de minimis aid."""

from django.db import migrations

SENTENCE = (
    "\n\nCette aide est une aide de minimis, au titre du {reglement}\xa0: elle vaut {equivalent}"
    " d’équivalent-subvention brut. Déclarez-la lors de toute autre demande d’aide publique."
)
BEFORE = "\n\nVotre interlocuteur"


def tell(apps, schema_editor):
    """Left alone when an administrator changed the paragraph that it comes before."""
    templates = apps.get_model("committee", "LetterTemplate").objects
    for template in templates.filter(outcome="approved", antenna=None):
        head, before, tail = template.body.partition(BEFORE)
        if before and "{equivalent}" not in template.body:
            template.body = f"{head}{SENTENCE}{before}{tail}"
            template.save(update_fields=["body"])


class Migration(migrations.Migration):
    dependencies = [("committee", "0017_why_a_session_is_cancelled")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
