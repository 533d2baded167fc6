"""How a session is prepared and convened: its verbs, and those of an answer."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models.committee import Seat
from committee.models.steps import ApplicationStatus
from conventions.models import require_reason


class SessionStatus(models.TextChoices):
    PLANNED = "planned", _("En préparation")
    CONVENED = "convened", _("Convoquée")
    OPEN = "open", _("En cours")
    CLOSED = "closed", _("Terminée")
    CANCELLED = "cancelled", _("Annulée")


class SessionProgress:
    """The verbs of a session; once it is convened, its agenda changes with a reason only."""

    @transaction.atomic
    def add(self, application, *, minutes=20, reason="", by=None):
        """Put a file that waits for the committee at the end of the agenda."""
        self._lock(reason)
        if application.status != ApplicationStatus.SUBMITTED:
            raise ValidationError(_("Ce dossier n’attend pas le comité."), code="wrong_step")
        if application.convention_id != self.convention_id:
            raise ValidationError(
                _("Ce dossier est d’une autre convention que la séance."), code="convention"
            )
        elsewhere = application.items.filter(session__in=type(self).objects.live())
        if other := elsewhere.select_related("session__committee").first():
            raise ValidationError(
                _("Ce dossier est déjà à l’ordre du jour de la séance du %(day)s."),
                code="elsewhere",
                params={"day": f"{other.session.on:%d/%m/%Y}"},
            )
        last = self.items.aggregate(last=models.Max("position"))["last"] or 0
        item = self.items.model(
            session=self, application=application, position=last + 1, minutes=minutes
        )
        item.full_clean()
        item.save()
        self._tell(application, added=True, reason=reason, by=by)
        return item

    @transaction.atomic
    def remove(self, item, *, reason="", by=None):
        """Take a file out of the agenda: it waits for another session."""
        self._lock(reason)
        if item.motions.exists():
            raise ValidationError(
                _("Le comité a déjà voté sur ce dossier : il reste à l’ordre du jour."),
                code="voted",
            )
        item.delete()
        self._tell(item.application, added=False, reason=reason, by=by)

    @transaction.atomic
    def move(self, item, places):
        """Bring a file forward (`places` < 0) or back, before the agenda is sent."""
        self._lock(reason="")
        items = list(self.items.all())
        rank = items.index(item)
        items.insert(min(max(rank + places, 0), len(items) - 1), items.pop(rank))
        for position, each in enumerate(items, start=1):
            self.items.filter(pk=each.pk).update(position=position)

    @transaction.atomic
    def convene(self, *, at=None):
        """Freeze the agenda and the rules, and make an invitation for each seat of the day."""
        self._lock_at(SessionStatus.PLANNED)
        at = at or timezone.now()
        if self.on < timezone.localdate(at):
            raise ValidationError(_("Cette séance est déjà passée."), code="past")
        if not self.items.exists():
            raise ValidationError(
                _("L’ordre du jour est vide : ajoutez au moins un dossier."), code="empty"
            )
        seats = Seat.objects.held_on(self.on).filter(committee=self.committee)
        if not seats:
            raise ValidationError(_("Personne ne siège dans ce comité ce jour-là."), code="nobody")
        terms = self.convention.terms_on(self.on)
        self.quorum_percent, self.majority = terms.quorum_percent, terms.majority
        self.casting_vote, self.secret_vote = terms.casting_vote, terms.secret_vote
        self.proxies_per_member = terms.proxies_per_member
        self.business_majority = terms.business_majority
        self.remote_allowed = terms.remote_allowed
        self.status, self.convened_at = SessionStatus.CONVENED, at
        self.save()
        for seat in seats:
            self.invitations.create(seat=seat)

    @transaction.atomic
    def change(self, *, on, at, place, link):
        """Another day, hour or place: members are told anew, their answers are asked again."""
        self._lock_at(SessionStatus.PLANNED, SessionStatus.CONVENED)
        self.on, self.at, self.place, self.link = on, at, place, link
        if self.status == SessionStatus.CONVENED:
            if on < timezone.localdate():
                raise ValidationError({"on": _("Cette date est déjà passée.")}, code="past")
            self.sequence += 1
        self.full_clean()
        self.save()
        self.invitations.update(answer="waiting", proxy_to=None, answered_at=None)

    @transaction.atomic
    def cancel(self, *, reason):
        """The files wait for another session; members are told."""
        require_reason(reason)
        self._lock_at(SessionStatus.PLANNED, SessionStatus.CONVENED)
        self.status, self.sequence = SessionStatus.CANCELLED, self.sequence + 1
        self.cancelled_reason = reason
        self.full_clean()
        self.save(update_fields=["status", "sequence", "cancelled_reason"])

    @transaction.atomic
    def answer(self, invitation, answer, *, proxy_to=None, at=None):
        """What a member says of their coming, as often as they change their mind before it."""
        self._lock_at(SessionStatus.CONVENED)
        at = at or timezone.now()
        if self.on < timezone.localdate(at):
            raise ValidationError(_("Cette séance est déjà passée."), code="past")
        if answer == "remote" and not self.remote_allowed:
            raise ValidationError(_("Cette convention ne permet pas de voter à distance."))
        if answer == "proxy":
            self._check_proxy(invitation, proxy_to)
        elif answer == "absent":
            self._check_bears_nothing(invitation)
        invitation.answer, invitation.answered_at = answer, at
        invitation.proxy_to = proxy_to if answer == "proxy" else None
        invitation.full_clean()
        invitation.save(update_fields=["answer", "answered_at", "proxy_to"])

    def _check_bears_nothing(self, invitation):
        givers = self.invitations.filter(proxy_to=invitation.seat_id).select_related("seat")
        if names := ", ".join(str(giver.seat) for giver in givers):
            raise ValidationError(
                _("%(names)s compte sur vous pour voter : le pouvoir doit d’abord être repris."),
                code="holds_a_proxy",
                params={"names": names},
            )

    def _check_proxy(self, invitation, holder):
        theirs = holder and self.invitations.filter(seat=holder).first()
        if theirs is None or holder.pk == invitation.seat_id:
            raise ValidationError(
                {"proxy_to": _("Choisissez un autre membre du comité.")}, code="proxy"
            )
        if theirs.answer in ("absent", "proxy"):
            raise ValidationError(
                {"proxy_to": _("Ce membre ne vient pas : choisissez-en un autre.")}, code="proxy"
            )
        if not self.files_read_by(holder):
            raise ValidationError(
                {
                    "proxy_to": _(
                        "Ce membre se déporte de tous les dossiers : choisissez-en un autre."
                    )
                },
                code="proxy",
            )
        if self.invitations.filter(proxy_to=invitation.seat_id).exists():
            raise ValidationError(
                {"proxy_to": _("Vous portez déjà un pouvoir : il ne se transmet pas.")},
                code="proxy",
            )
        held = self.invitations.filter(proxy_to=holder).exclude(pk=invitation.pk).count()
        if held >= self.proxies_per_member:
            raise ValidationError(
                {"proxy_to": _("Ce membre porte déjà tous les pouvoirs qu’il peut porter.")},
                code="proxy",
            )

    def _lock(self, reason):
        """Lock the agenda; once it was sent, it only changes for a reason."""
        self._lock_at(SessionStatus.PLANNED, SessionStatus.CONVENED, SessionStatus.OPEN)
        if self.status != SessionStatus.PLANNED:
            require_reason(reason)

    def _lock_at(self, *statuses):
        self.status = type(self).objects.select_for_update().get(pk=self.pk).status
        if self.status not in statuses:
            raise ValidationError(
                _("Cette séance est « %(status)s »."),
                code="wrong_step",
                params={"status": self.get_status_display()},
            )

    def _tell(self, application, *, added, reason, by):
        if self.status == SessionStatus.PLANNED:
            return
        self.changes.create(application=application, added=added, reason=reason, by=by)
        self.sequence += 1
        self.save(update_fields=["sequence"])
