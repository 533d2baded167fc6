"""To whom of a company an e-mail goes, in forms."""

from django.utils.translation import gettext_lazy as _


class RecipientMixin:
    """A form whose `contact` is one of the people of `company` who have an e-mail address."""

    def __init__(self, *args, company, contact=None, **kwargs):
        super().__init__(*args, **kwargs)
        field, contacts = self.fields["contact"], company.contacts.exclude(email="")
        field.queryset = contacts
        field.label_from_instance = lambda each: f"{each.name}, {each.email}"
        self.initial["contact"] = contact or contacts.first()
        if not contacts:
            field.help_text = _(
                "Aucun n’a d’adresse électronique : complétez d’abord la fiche de l’entreprise."
            )
