"""Forms of the intake of a file: its papers, who follows it, what is asked for."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from committee.completion import proposal
from committee.correspondence import reachable
from committee.filetypes import TYPES, check_file
from committee.models import Document, Letter, PieceKind
from companies.models import Contact
from territories.forms import HouseMixin


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each that is refused is told by its name."""

    MOST = 10

    def __init__(self, **kwargs):
        accepted = ",".join(f".{extension}" for extension in TYPES)
        super().__init__(widget=FilesInput(attrs={"accept": accepted}), **kwargs)

    def clean(self, data, initial=None):
        files = [file for file in data or [] if file]
        if not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > self.MOST:
            raise ValidationError(
                _("%(most)d fichiers au plus à la fois."), code="many", params={"most": self.MOST}
            )
        errors = []
        for file in files:
            try:
                check_file(file)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return files


class DocumentsForm(HouseMixin, forms.Form):
    """Papers that were brought together: of one kind, read by the same people."""

    kind = forms.ModelChoiceField(
        PieceKind.objects.filter(is_active=True), required=False, label=gettext_lazy("Pièce")
    )
    files = FilesField(
        label=gettext_lazy("Fichiers"),
        help_text=gettext_lazy(
            "Un ou plusieurs : PDF, image PNG ou JPEG, document Word, Excel, PowerPoint ou"
            " OpenDocument. 20 Mo au plus chacun."
        ),
    )
    title = forms.CharField(
        required=False,
        max_length=150,
        label=gettext_lazy("Titre"),
        help_text=gettext_lazy("Vide : le nom de chaque fichier."),
    )
    is_private = forms.BooleanField(
        required=False,
        label=gettext_lazy("Réservé à l’antenne"),
        help_text=gettext_lazy("Le comité ne le verra pas."),
    )

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        self.application = application
        self.fields["kind"].empty_label = gettext_lazy("Autre document")

    @transaction.atomic
    def save(self, *, by):
        """All of the files, or none: what was already written down is taken away again."""
        typed = {name: self.cleaned_data[name] for name in ("kind", "title", "is_private")}
        documents = []
        try:
            for file in self.cleaned_data["files"]:
                documents.append(Document.attach(self.application, file, **typed, by=by))
        except ValidationError:
            for document in documents:
                document.file.delete(save=False)
            raise
        return documents


class AssignForm(HouseMixin, forms.Form):
    assigned_to = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Suivi par")
    )

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, initial={"assigned_to": application.assigned_to}, **kwargs)
        field = self.fields["assigned_to"]
        field.queryset = User.objects.coordinating(application.antenna)
        field.empty_label = gettext_lazy("À attribuer")


class RecipientField(forms.ModelChoiceField):
    """A contact of one company, among those that have an e-mail address."""

    def __init__(self, **kwargs):
        super().__init__(
            Contact.objects.none(), empty_label=None, label=gettext_lazy("Destinataire"), **kwargs
        )

    def label_from_instance(self, contact):
        return f"{contact.name} <{contact.email}>"

    def narrow(self, company):
        self.queryset = reachable(company)
        self.initial = self.queryset.first()


class CompletionForm(HouseMixin, forms.Form):
    """The e-mail as proposed: everything of it can be changed but where answers go."""

    contact = RecipientField()
    subject = forms.CharField(max_length=150, label=gettext_lazy("Objet"))
    text = forms.CharField(
        max_length=10_000, label=gettext_lazy("Message"), widget=forms.Textarea({"rows": 16})
    )

    def __init__(self, *args, application, by, **kwargs):
        subject, text = proposal(application, by)
        super().__init__(*args, initial={"subject": subject, "text": text}, **kwargs)
        self.fields["contact"].narrow(application.company)

    def clean_text(self):
        """A dash alone waits for what is asked: nothing lacked, so that nothing was proposed."""
        text = self.cleaned_data["text"]
        if any(line.strip() == "-" for line in text.splitlines()):
            raise ValidationError(
                _("Complétez la liste de ce qui manque, ou retirez sa ligne vide."), code="unsaid"
            )
        return text

    def clean_subject(self):
        """On one line: a subject is a header of the e-mail."""
        return " ".join(self.cleaned_data["subject"].split())


class LetterForm(HouseMixin, forms.ModelForm):
    """What a letter says, and to whom it goes, until it leaves."""

    contact = RecipientField(required=False)

    class Meta:
        model = Letter
        fields = ["contact", "subject", "body"]
        widgets = {"body": forms.Textarea({"rows": 22})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].narrow(self.instance.application.company)

    def clean_subject(self):
        """On one line: a subject is a header of the e-mail."""
        return " ".join(self.cleaned_data["subject"].splitlines())


class SendForm(HouseMixin, forms.ModelForm):
    """Confirms a letter as it was read: if somebody changed it since, it does not leave unread."""

    by_post = forms.ChoiceField(
        label=_("Envoi"),
        choices=[("", _("Par message")), ("yes", _("Par la poste, imprimé"))],
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Letter
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        contact = self.instance.contact
        if not (contact and contact.email):
            self.fields["by_post"].choices = [("yes", _("Par la poste, imprimé"))]
            self.fields["by_post"].initial = "yes"

    def shown_beside(self):
        letter = self.instance
        return [letter.contact_id, letter.subject, letter.body]
