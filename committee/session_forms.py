"""Forms of sessions: when and where, the agenda, an answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from committee.forms import editable_antennas
from committee.models import Application, Committee, Invitation, Minutes, Seat, Session
from conventions.models import Convention
from territories.forms import HouseMixin

WHEN = ["on", "at", "place", "link"]


class SessionForm(HouseMixin, forms.ModelForm):
    class Meta:
        model = Session
        fields = ["committee", "convention", *WHEN]
        widgets = {"at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        antennas = editable_antennas(user)
        choices = {
            "committee": Committee.objects.filter(antenna__in=antennas, until=None),
            "convention": Convention.objects.filter(antenna__in=antennas).signed(),
        }
        for name, rows in choices.items():
            if self.instance.pk:
                del self.fields[name]
                continue
            self.fields[name].queryset = rows
            if len(rows) == 1:
                self.fields[name].initial = rows[0]


class AgendaForm(HouseMixin, forms.Form):
    """A file to put on the agenda; a reason once members have received it."""

    application = forms.ModelChoiceField(Application.objects.none(), label=_("Dossier"))
    minutes = forms.IntegerField(label=_("Durée (minutes)"), min_value=5, max_value=240, initial=20)
    reason = forms.CharField(label=_("Motif"), max_length=200)

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = Application.objects.awaiting_committee().filter(convention=session.convention)
        elsewhere = waiting.filter(items__session__in=Session.objects.live())
        rows = waiting.exclude(pk__in=elsewhere.values("pk"))
        self.fields["application"].queryset = rows.select_related("company", "convention")
        if session.status == Session.Status.PLANNED:
            del self.fields["reason"]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=200)


class PlainTextField(forms.CharField):
    """Lines end as one character: a browser counts, and sends, two."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class CommentForm(forms.Form):
    text = PlainTextField(
        label=_("Votre commentaire"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Lu par l’antenne et par les membres du comité qui lisent ce dossier."),
        error_messages={"required": _("Écrivez votre commentaire.")},
    )


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(HouseMixin, forms.Form):
    """What a member says of their coming."""

    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[each for each in Invitation.Answer.choices if each[0] != "waiting"],
        widget=forms.RadioSelect,
    )
    proxy_to = forms.ModelChoiceField(
        Seat.objects.none(), label=_("Pouvoir donné à"), required=False
    )

    def __init__(self, *args, invitation, **kwargs):
        super().__init__(*args, **kwargs)
        session = invitation.session
        impossible = {"proxy": not session.proxies_per_member, "remote": not session.remote_allowed}
        self.fields["answer"].choices = [
            each for each in self.fields["answer"].choices if not impossible.get(each[0])
        ]
        others = Seat.objects.filter(invitations__session=session).exclude(pk=invitation.seat_id)
        self.fields["proxy_to"].queryset = others
        self.fields["proxy_to"].widget.attrs["data-when"] = "answer=proxy"


class ProxyForm(HouseMixin, forms.Form):
    """A proxy handed in during the session; without a bearer, it is taken back."""

    seat = forms.ModelChoiceField(Seat.objects.none(), label=_("Pouvoir de"))
    to = forms.ModelChoiceField(
        Seat.objects.none(),
        label=_("Donné à"),
        required=False,
        help_text=_("Un membre présent. Vide : le pouvoir est repris."),
    )

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        convened = Seat.objects.filter(invitations__session=session)
        here = session.attendances.filter(left_at=None).values("seat")
        self.fields["seat"].queryset = convened.exclude(pk__in=here)
        self.fields["to"].queryset = convened.filter(pk__in=here)


class RemarksForm(HouseMixin, forms.ModelForm):
    """The text that people add to what the program knows of a session."""

    class Meta:
        model = Minutes
        fields = ["remarks"]
        widgets = {"remarks": forms.Textarea(attrs={"rows": 8})}


class ScanForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("Un document PDF ou une image, 20 Mo au plus."),
        max_length=200,
    )


class PapersForm(forms.Form):
    """The papers of a secret vote, as they come out of the box."""

    in_favour = forms.IntegerField(label=_("Pour"), min_value=0, max_value=999, initial=0)
    against = forms.IntegerField(label=_("Contre"), min_value=0, max_value=999, initial=0)
    abstained = forms.IntegerField(
        label=_("Blancs ou abstentions"), min_value=0, max_value=999, initial=0
    )
