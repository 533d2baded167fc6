"""The steps of an application file, in order: from the antenna to the committee and back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.aid_account import check_room, equivalent_of
from committee.findings import frozen
from committee.models.decision import Decision
from committee.models.documents import PieceKind
from committee.models.project import Amounts
from committee.models.recusal import Recusal
from committee.models.steps import ApplicationStatus, ApplicationStep
from committee.models.waiver import Waiver
from committee.screening import findings
from conventions.models import require_reason
from territories.dates import in_figures


class ApplicationProgress:
    """The verbs of a file: each moves it one step on, or refuses with a sentence."""

    OPEN = [ApplicationStatus.DRAFT, ApplicationStatus.ADJOURNED]

    def pieces(self, on=None):
        """(piece, its documents) of each paper that the file must have on `on`.

        Without `on`, the day it was put before the committee; while it is open, today.
        """
        on = on or (None if self.is_open else self.received_on) or timezone.localdate()
        brought = list(self.documents.standing())
        return [
            (kind, [document for document in brought if document.kind_id == kind.pk])
            for kind in PieceKind.objects.required_on(on)
        ]

    def missing(self, on=None):
        """What the file still needs before the committee: sentences, none when it is ready."""
        lines = list(self.financing_lines.all())
        checks = [
            (self.project, gettext("Décrivez le projet.")),
            (self.project_starts_on, gettext("Indiquez quand le projet commence.")),
            (self.without_aid, gettext("Dites ce que deviendrait le projet sans cette aide.")),
            (
                self.requested_money or self.requested_days,
                gettext("Demandez une avance, une subvention ou des journées."),
            ),
            (self.baseline_headcount is not None, gettext("Indiquez l’effectif de référence.")),
            (lines or not self.requested_money, gettext("Remplissez le plan de financement.")),
            (not self.imbalance or not lines, gettext("Équilibrez le plan de financement.")),
            (self.promise_agrees, gettext("Accordez les emplois prévus et leur détail.")),
        ]
        checks += [
            (documents, gettext("Joignez la pièce « %(piece)s ».") % {"piece": kind})
            for kind, documents in self.pieces(on)
        ]
        return [sentence for done, sentence in checks if not done]

    @transaction.atomic
    def assign(self, *, to):
        """Say which coordinator follows the file, or nobody; django-auditlog says who said so."""
        if to and not User.objects.coordinating(self.antenna).filter(pk=to.pk).exists():
            error = ValidationError(
                _("Cette personne n’anime pas l’antenne du dossier."), code="not_coordinator"
            )
            raise ValidationError({"assigned_to": error})
        self.assigned_to = to
        self.save(update_fields=["assigned_to"])

    def lock_open(self):
        """Keep the file as it is until the transaction ends; refuses once it left the antenna."""
        rows = type(self).objects.select_for_update()
        self.refresh_from_db(fields=["status", "received_on"], from_queryset=rows)
        if not self.is_open:
            raise ValidationError(
                _("Ce dossier ne se modifie plus : il est « %(status)s »."),
                code="wrong_step",
                params={"status": self.get_status_display()},
            )

    @transaction.atomic
    def propose(self, *, advance, grant, days, jobs, on):
        """Keep what the antenna proposes that the committee grants; nothing is decided.

        Euros, days in quarters, jobs created. The text in force on `on` binds the proposal as it
        will bind the award; `propose_all` watches the envelope. django-auditlog says who proposed.
        """
        self._lock_waiting()
        self._keep_proposal(advance, grant, days, jobs)
        self.convention.terms_on(on).check_award(advance=advance, days=days)

    @transaction.atomic
    def forget_proposal(self):
        """The antenna proposes nothing any more: the request alone stands."""
        self._lock_waiting()
        self._keep_proposal(None, None, None, None)

    def _lock_waiting(self):
        rows = type(self).objects.select_for_update()
        self.refresh_from_db(fields=["status"], from_queryset=rows)
        if self.status != ApplicationStatus.SUBMITTED:
            raise ValidationError(
                _("Ce dossier n’attend pas le comité : il est « %(status)s »."),
                code="wrong_step",
                params={"status": self.get_status_display()},
            )

    def _keep_proposal(self, *amounts):
        names = [f"proposed_{name}" for name in Amounts._fields]
        for name, amount in zip(names, amounts, strict=True):
            setattr(self, name, amount)
        self.clean_fields(exclude={field.name for field in self._meta.fields} - {*names})
        self.save(update_fields=names)

    # The steps of the file, in order.

    @transaction.atomic
    def submit(self, *, on, by=None):
        """Put the file before the committee; its head-count is then frozen."""
        if on < min(self.convention.starts_on, self.convention.signed_on or on):
            raise ValidationError(
                {"on": _("Le dossier ne peut pas précéder sa convention.")}, code="dates"
            )
        missing = self.missing(on)
        if missing:
            raise ValidationError(missing, code="incomplete")
        blocking = [
            ValidationError(finding.sentence, code="against_the_rules")
            for finding in findings(self, on)
            if finding.blocks
        ]
        if blocking:
            raise ValidationError(blocking)
        if self.proposal:  # of an earlier session, before the file was adjourned
            self._keep_proposal(None, None, None, None)
        self._step(
            of=self.OPEN,
            to=ApplicationStatus.SUBMITTED,
            on=on,
            by=by,
            received_on=self.received_on or on,
        )

    @transaction.atomic
    def recuse(self, seat, *, reason, by=None):
        """Somebody steps aside of their own accord: their seat no longer sees the file."""
        if seat.antenna != self.antenna:
            raise ValidationError(_("Ce siège est d’une autre antenne."), code="antenna")
        if not (self.is_open or self.status == ApplicationStatus.SUBMITTED):
            raise ValidationError(
                _("Le comité a déjà décidé : un déport ne change plus rien."), code="wrong_step"
            )
        recusal = Recusal(application=self, seat=seat, reason=reason, declared_by=by)
        recusal.full_clean()
        recusal.save()
        for item in self.items.filter(session__status="open").select_related("session"):
            item.session.review_votes()
        return recusal

    @transaction.atomic
    def waive(self, rule, *, reason, on, by=None):
        """Put the file before the committee in spite of what `rule` finds, with a written reason.

        An award beyond the envelope, the text or the law is refused all the same.
        """
        found = [each for each in findings(self, on) if each.rule == rule]
        if not found or not found[0].blocks:
            raise ValidationError(_("Ce constat n’a pas à être levé."), code="not_found")
        [finding] = found
        waiver = Waiver(
            application=self,
            rule=rule,
            evidence=finding.evidence,
            sentence=finding.sentence,
            reason=reason,
            on=on,
            by=by,
        )
        waiver.full_clean()
        waiver.save()
        return waiver

    @transaction.atomic
    def approve(
        self,
        *,
        on,
        advance=0,
        grant=0,
        days=0,
        jobs_created=0,
        jobs_maintained=0,
        conditions=(),
        reason="",
        **answer,
    ):
        """Record the committee's approval and commit its money, or fail as a whole.

        Euros for `advance` and `grant`, days in quarters; `answer`: `committee`, `by`, and the
        `motion` that was voted in a session held here. ValidationError if a rule refuses.
        """
        type(self).objects.select_for_update().get(pk=self.pk)
        self.convention.check_award(on, advance=advance, days=days)
        equivalent = equivalent_of(self, on=on, advance=advance, grant=grant)
        check_room(self.company, on=on, equivalent=equivalent)
        decision = self._decide(
            Decision.Outcome.APPROVED,
            on=on,
            reason=reason,
            advance=advance,
            grant=grant,
            grant_equivalent=equivalent,
            days=days,
            jobs_created=jobs_created,
            jobs_maintained=jobs_maintained,
            **answer,
        )
        for label in conditions:
            decision.conditions.create(label=label)
        return decision

    @transaction.atomic
    def refuse(self, *, on, reason, **answer):
        """Say no, and why; `answer` as in `approve`."""
        return self._decide(Decision.Outcome.REFUSED, on=on, reason=reason, **answer)

    @transaction.atomic
    def adjourn(self, *, on, reason, **answer):
        """Ask for more: the file opens again, to be completed and put back."""
        return self._decide(Decision.Outcome.ADJOURNED, on=on, reason=reason, **answer)

    @transaction.atomic
    def withdraw(self, *, on, reason, by=None):
        require_reason(reason)
        self._step(
            of=[*self.OPEN, ApplicationStatus.SUBMITTED],
            to=ApplicationStatus.WITHDRAWN,
            on=on,
            by=by,
            reason=reason,
        )

    @transaction.atomic
    def annul(self, *, on, reason, by=None):
        """Undo a decision recorded by mistake: its money is released, the file waits again."""
        decision = self.decisions.filter(annulled_on=None).exclude(outcome="adjourned").last()
        if decision is None:
            raise ValidationError(_("Ce dossier n’a pas de décision à annuler."), code="wrong_step")
        if decision.is_under_contract:
            raise ValidationError(
                _("Un contrat suit cette décision : elle ne peut plus être annulée."),
                code="under_contract",
            )
        decision.annulled_on, decision.annulled_reason = on, reason
        decision.full_clean()
        decision.save(update_fields=["annulled_on", "annulled_reason"])
        if decision.entry:
            self.convention.release(
                decision.money, on=on, label=str(self), envelope=self.envelope, by=by
            )
        self._step(
            of=[ApplicationStatus.APPROVED, ApplicationStatus.REFUSED],
            to=ApplicationStatus.SUBMITTED,
            on=on,
            by=by,
            reason=reason,
        )

    def _commit(self, money, *, on, by):
        """The line of the ledger that takes these euros; None for days alone."""
        if not money:
            return None
        return self.convention.commit(money, on=on, label=str(self), envelope=self.envelope, by=by)

    def _decide(self, outcome, *, on, by=None, committee=None, motion=None, **fields):
        if motion is None and self.items.filter(session__status="open").exists():
            raise ValidationError(
                _("Le comité examine ce dossier en ce moment : il en décide en séance."),
                code="in_session",
            )
        if self.received_on and on < self.received_on:
            raise ValidationError(
                {
                    "decided_on": _("La décision précède le dépôt du dossier (%(day)s).")
                    % {"day": in_figures(self.received_on)}
                },
                code="dates",
            )
        found = frozen(findings(self, on))  # what the committee saw, its own award aside
        money = fields.get("advance", 0) + fields.get("grant", 0)
        decision = Decision(
            application=self,
            outcome=outcome,
            decided_on=on,
            committee=committee,
            motion=motion,
            recorded_by=by,
            findings=found,
            entry=self._commit(money, on=on, by=by),
            **fields,
        )
        decision.full_clean()
        self._step(
            of=[ApplicationStatus.SUBMITTED], to=outcome, on=on, by=by, reason=fields["reason"]
        )
        decision.save()
        return decision

    def _step(self, *, of, to, on, by, reason="", **fields):
        """Move the file on, unless it is not, or no longer, at a step it should leave."""
        step = ApplicationStep(application=self, status=to, on=on, reason=reason, by=by)
        step.full_clean()
        latest = self.steps.last()
        if latest and on < latest.on:
            raise ValidationError(
                {
                    "on": _("Cette date précède l’étape d’avant (%(day)s).")
                    % {"day": in_figures(latest.on)}
                }
            )
        moved = type(self).objects.filter(pk=self.pk, status__in=of).update(status=to, **fields)
        self.refresh_from_db(fields=["status", "received_on"])
        if not moved:
            raise ValidationError(
                _("Étape impossible : le dossier est « %(status)s »."),
                code="wrong_step",
                params={"status": self.get_status_display()},
            )
        step.save()
