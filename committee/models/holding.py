"""How a session is held: who is there, what is put to the vote, what is decided.

Each verb locks the session, so that two people pressing at once are served one after the other,
and takes the moment (`at`, now by default). The rules of counting are `committee.quorum`'s.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee import quorum
from committee.models.convening import SessionStatus
from committee.models.steps import ApplicationStatus
from committee.recusal import ground
from conventions.models import require_reason

WHY_NOT = {
    "not_a_member": _("Ce siège n’est pas convoqué à la séance."),
    "recused": _("Ce membre se déporte du dossier : il ne vote pas."),
    "absent": _("Ce membre n’est pas là, et personne ne porte son pouvoir."),
    "twice": _("Ce siège a déjà voté."),
}
TALLIED = {"for": "in_favour", "against": "against", "abstain": "abstained"}


class SessionHolding:
    """The verbs of a session on its day, all of them on behalf of people in the room too."""

    def may_be_held_by(self, user):
        """True for the antenna's coordinators, and for who chairs the committee that day."""
        return user.may_edit(self.antenna) or any(
            seat.is_chair and seat.user_id == user.pk for seat in self.seats()
        )

    def rules(self):
        """What the convention set when the session was convened."""
        return quorum.Rules(
            quorum_percent=self.quorum_percent,
            majority=self.majority,
            casting_vote=self.casting_vote,
            proxies_per_member=self.proxies_per_member,
            business_majority=self.business_majority,
            remote=self.remote_allowed,
        )

    def seats(self):
        """The seats that were convened, the chair first."""
        rows = self.invitations.select_related("seat__employer", "seat__user")
        return [invitation.seat for invitation in rows]

    def sitting(self, application=None, at=None):
        """The `quorum.Item` at a moment: about a file, or the session as a whole."""
        seats = self.seats()
        given = self.invitations.filter(answer="proxy").order_by("answered_at", "pk")
        return quorum.Item(
            members=[quorum.Member(each.pk, each.college, each.is_chair) for each in seats],
            rules=self.rules(),
            at=at or timezone.now(),
            presences=[
                quorum.Presence(each.seat_id, each.arrived_at, each.left_at, each.is_remote)
                for each in self.attendances.all()
            ],
            proxies=[quorum.Proxy(each.seat_id, each.proxy_to_id) for each in given],
            recused={each.pk for each in seats if application and ground(each, application)},
        )

    @transaction.atomic
    def open(self, *, at=None):
        """Begin: attendance, then the files one by one."""
        self._lock_at(SessionStatus.CONVENED)
        at = at or timezone.now()
        if self.on > timezone.localdate(at):
            raise ValidationError(_("Cette séance n’a pas lieu aujourd’hui."), code="too_early")
        self.status, self.opened_at = SessionStatus.OPEN, at
        self.save(update_fields=["status", "opened_at"])

    @transaction.atomic
    def arrive(self, seat, *, at=None, is_remote=False, by_deputy=False):
        """Somebody takes their seat, or their deputy does."""
        self._lock_at(SessionStatus.OPEN)
        self._check_convened(seat)
        if is_remote and not self.remote_allowed:
            raise ValidationError(_("Cette convention ne permet pas de voter à distance."))
        if by_deputy and not seat.deputy:
            raise ValidationError(_("Ce siège n’a pas de suppléant."))
        stay = self.attendances.model(
            session=self,
            seat=seat,
            arrived_at=at or timezone.now(),
            is_remote=is_remote,
            by_deputy=by_deputy,
        )
        stay.full_clean()
        stay.save()
        self.review_votes(at=at)
        return stay

    @transaction.atomic
    def leave(self, seat, *, at=None):
        """Somebody leaves; what they voted in a vote still open leaves with them."""
        self._lock_at(SessionStatus.OPEN)
        stay = self.attendances.filter(seat=seat, left_at=None).first()
        if stay is None:
            raise ValidationError(_("Ce membre n’est pas là."), code="absent")
        stay.left_at = at or timezone.now()
        stay.full_clean()
        stay.save(update_fields=["left_at"])
        self.review_votes(at=at)

    @transaction.atomic
    def entrust(self, seat, *, to, at=None):
        """A proxy handed in during the session, or taken back (`to` None)."""
        self._lock_at(SessionStatus.OPEN)
        invitation = self._check_convened(seat)
        if to is not None:
            self._check_bearer(seat, to, at)
        invitation.answer = "proxy" if to else "absent"
        invitation.proxy_to, invitation.answered_at = to, at or timezone.now()
        invitation.save(update_fields=["answer", "proxy_to", "answered_at"])
        self.review_votes(at=at)

    @transaction.atomic
    def take_up(self, item):
        """The file that the committee now talks about."""
        self._lock_at(SessionStatus.OPEN)
        self._check_undecided(item)
        if self.open_motion():
            raise ValidationError(
                _("Un vote est encore ouvert : closez-le d’abord."), code="vote_open"
            )
        self.current_item = item
        self.save(update_fields=["current_item"])

    @transaction.atomic
    def put_to_vote(self, item, *, outcome, is_secret=None, at=None, by=None, **proposal):
        """Ask the committee, word for word, what it may then decide: no vote without a quorum.

        `proposal` holds the amounts of an approval (euros, days in quarters, jobs, conditions),
        or the reason of another answer. The text, the envelope and the law must allow it.
        """
        self._lock_at(SessionStatus.OPEN)
        self._check_undecided(item)
        if self.open_motion():
            raise ValidationError(_("Un vote est déjà ouvert."), code="vote_open")
        if item.application.status != ApplicationStatus.SUBMITTED:
            raise ValidationError(_("Ce dossier n’attend pas le comité."), code="wrong_step")
        if not quorum.is_quorate(self.sitting(item.application, at)):
            raise ValidationError(_("Le quorum n’est pas atteint."), code="not_quorate")
        motion = item.motions.model(
            item=item,
            outcome=outcome,
            is_secret=self.secret_vote if is_secret is None else is_secret,
            put_at=at or timezone.now(),
            put_by=by,
            **proposal,
        )
        motion.full_clean()
        motion.save()
        self._try(motion, by)
        self.current_item = item
        self.save(update_fields=["current_item"])
        return motion

    @transaction.atomic
    def vote(self, motion, seat, choice, *, at=None, by=None):
        """What a seat votes, once; who is away votes through the proxy that serves."""
        if choice not in TALLIED:
            raise ValidationError(_("Votez pour, contre, ou abstenez-vous."), code="choice")
        self._lock_vote(motion)
        sitting = self.sitting(motion.item.application, at)
        bearer = quorum.voters(sitting).get(seat.pk)
        # A ballot is weighed with those before it: the first fault that names its seat is its own.
        asked = quorum.Ballot(seat.pk, choice, bearer)
        self._refuse_fault(sitting, [*motion.ballots(), asked], seat)
        return self._keep_vote(motion, seat, choice, bearer=bearer, at=at, by=by)

    @transaction.atomic
    def vote_for_all(self, motion, choice, *, at=None, by=None):
        """The same vote for everybody who has not voted: the room is of one mind."""
        self._lock_vote(motion)
        voted = set(motion.votes.values_list("seat", flat=True))
        voters = quorum.voters(self.sitting(motion.item.application, at))
        for seat in self.seats():
            if seat.pk in voters and seat.pk not in voted:
                self.vote(motion, seat, choice, at=at, by=by)

    @transaction.atomic
    def count_papers(self, motion, *, in_favour, against, abstained, at=None, by=None):
        """The papers of a secret vote, one for each who has not voted here; blanks abstain."""
        self._lock_vote(motion)
        if not motion.is_secret:
            raise ValidationError(_("Ce vote n’est pas secret."), code="public")
        papers = ["for"] * in_favour + ["against"] * against + ["abstain"] * abstained
        voted = set(motion.votes.values_list("seat", flat=True))
        voters = quorum.voters(self.sitting(motion.item.application, at))
        waiting = [seat for seat in self.seats() if seat.pk in voters and seat.pk not in voted]
        if len(papers) != len(waiting):
            raise ValidationError(
                _("%(papers)d bulletins pour %(waiting)d votants : comptez de nouveau."),
                code="papers",
                params={"papers": len(papers), "waiting": len(waiting)},
            )
        for seat, choice in zip(waiting, papers, strict=True):
            self._keep_vote(motion, seat, choice, bearer=voters[seat.pk], at=at, by=by)

    @transaction.atomic
    def close_vote(self, motion, *, at=None, by=None):
        """Count, and decide what was carried; a motion that is not carried decides nothing."""
        self._lock_vote(motion)
        self.review_votes(at=at)
        sitting = self.sitting(motion.item.application, at)
        voters = quorum.voters(sitting)
        missing = len(voters) - motion.votes.count()
        if missing == len(voters):
            raise ValidationError(_("Personne n’a encore voté."), code="no_vote")
        if motion.is_secret and missing:
            raise ValidationError(
                _("Un vote secret se clôt quand chacun a voté, sans quoi on devine les voix."),
                code="missing",
            )
        motion.in_favour, motion.against, motion.abstained = motion.tally()
        if motion.is_secret:
            result = quorum.decide_in_secret(sitting, motion.tally())
        else:
            result = quorum.decide(sitting, motion.ballots())
        if result.reason == "not_quorate":
            raise ValidationError(_("Le quorum n’est plus atteint."), code="not_quorate")
        motion.is_carried, motion.verdict = result
        motion.closed_at = at or timezone.now()
        motion.seats_counted = len(quorum.base(sitting))
        motion.seats_needed = quorum.quorum_needed(sitting.rules, quorum.base(sitting))
        motion.seats_voting = len(voters)
        motion.full_clean()
        motion.save()
        if motion.is_carried:
            self._decide(motion, motion.outcome, reason=motion.reason, by=by)
        return motion

    @transaction.atomic
    def refuse(self, motion, *, reason, by=None):
        """The refusal of a file whose approval was not carried; otherwise ask another question."""
        self._lock_at(SessionStatus.OPEN)
        self._check_undecided(motion.item)
        if (
            motion.item.motion != motion
            or motion.is_carried is not False
            or motion.outcome != "approved"
        ):
            raise ValidationError(
                _("Le comité n’a pas repoussé un accord pour ce dossier."), code="not_rejected"
            )
        return self._decide(motion, motion.Outcome.REFUSED, reason=reason, by=by)

    @transaction.atomic
    def take_back(self, motion, seat):
        """A vote said or pressed by mistake: the seat votes again. Never in a secret vote."""
        self._lock_vote(motion)
        if motion.is_secret:
            raise ValidationError(
                _("Un vote secret ne se reprend pas : annulez-le pour le recommencer."),
                code="secret",
            )
        if not motion.votes.filter(seat=seat).delete()[0]:
            raise ValidationError(_("Ce siège n’a pas voté."), code="no_vote")

    @transaction.atomic
    def void(self, motion):
        """Begin a vote again: it counts for nothing, its votes are forgotten."""
        self._lock_vote(motion)
        motion.delete()

    @transaction.atomic
    def close(self, *, at=None):
        """The end: everybody leaves, files without a decision wait for another session."""
        self._lock_at(SessionStatus.OPEN)
        if self.open_motion():
            raise ValidationError(
                _("Un vote est encore ouvert : closez-le d’abord."), code="vote_open"
            )
        self.closed_at, self.status = at or timezone.now(), SessionStatus.CLOSED
        self.attendances.filter(left_at=None).update(left_at=self.closed_at)
        self.current_item = None
        self.full_clean()
        self.save(update_fields=["closed_at", "status", "current_item"])
        self.minutes.create()

    def open_motion(self):
        """The vote under way, or None."""
        item = self.items.filter(motions__isnull=False, motions__closed_at=None).first()
        return item and item.motions.get(closed_at=None)

    def review_votes(self, *, at=None):
        """Take out of the open vote what no longer counts: who left, came back, or steps aside."""
        type(self).objects.select_for_update().get(pk=self.pk)
        motion = self.open_motion()
        if motion is None:
            return
        faults = quorum.faults(self.sitting(motion.item.application, at), motion.ballots())
        votes = motion.votes.filter(seat__in=[each.seat for each in faults if each.seat])
        if motion.is_secret and votes.exists():
            raise ValidationError(
                _(
                    "Un membre a déjà voté à bulletin secret et ne compterait plus : closez d’abord"
                    " ce vote, ou annulez-le."
                ),
                code="secret",
            )
        votes.delete()

    def _keep_vote(self, motion, seat, choice, *, bearer, at, by):
        """Of a secret vote, keep that the seat voted, and add one to the counts."""
        kept = choice
        if motion.is_secret:
            counter = TALLIED[choice]
            type(motion).objects.filter(pk=motion.pk).update(**{counter: models.F(counter) + 1})
            kept = "secret"
        vote = motion.votes.model(
            motion=motion,
            seat=seat,
            choice=kept,
            cast_by_id=bearer,
            recorded_by=by,
            at=at or timezone.now(),
        )
        vote.full_clean()
        vote.save()
        return vote

    def _decide(self, motion, outcome, *, reason, by):
        answer = {"on": self.on, "committee": self.committee, "by": by, "motion": motion}
        application = motion.item.application
        match outcome:
            case motion.Outcome.APPROVED:
                return application.approve(
                    advance=motion.advance,
                    grant=motion.grant,
                    days=motion.days,
                    jobs_created=motion.jobs_created,
                    jobs_maintained=motion.jobs_maintained,
                    conditions=motion.conditions,
                    reason=reason,
                    **answer,
                )
            case motion.Outcome.REFUSED:
                require_reason(reason)
                return application.refuse(reason=reason, **answer)
        return application.adjourn(reason=reason, **answer)

    def _try(self, motion, by):
        """Take the decision that is asked for, then forget it: what refuses it is known early."""
        with transaction.atomic():
            motion.item.application.refresh_from_db()
            self._decide(motion, motion.outcome, reason=motion.reason, by=by)
            transaction.set_rollback(True)
        motion.item.application.refresh_from_db()

    def _check_convened(self, seat):
        invitation = self.invitations.filter(seat=seat).first()
        if invitation is None:
            raise ValidationError(WHY_NOT["not_a_member"], code="not_a_member")
        return invitation

    def _check_bearer(self, seat, bearer, at):
        item = self.current_item
        sitting = self.sitting(item.application if item else None, at)
        held = self.invitations.filter(proxy_to=bearer).exclude(seat=seat).count()
        problems = {
            _("Choisissez un autre membre du comité."): seat == bearer,
            _("Ce membre est là : il vote lui-même."): seat.pk in quorum.present(sitting),
            _("Ce membre se déporte du dossier examiné."): bearer.pk in sitting.recused,
            _("Un pouvoir va à un membre présent."): bearer.pk not in quorum.present(sitting),
            _("Ce membre porte déjà tous les pouvoirs qu’il peut porter."): (
                held >= self.proxies_per_member
            ),
        }
        for sentence, holds in problems.items():
            if holds:
                raise ValidationError({"to": sentence}, code="proxy")

    def _check_undecided(self, item):
        if item.decision:
            raise ValidationError(_("Le comité a déjà décidé de ce dossier."), code="decided")

    def _lock_vote(self, motion):
        """Lock the session, then read the vote again: it may have been closed meanwhile."""
        self._lock_at(SessionStatus.OPEN)
        fresh = type(motion).objects.filter(pk=motion.pk, closed_at=None).first()
        if fresh is None:
            raise ValidationError(_("Ce vote est clos."), code="vote_closed")
        motion.in_favour, motion.against = fresh.in_favour, fresh.against
        motion.abstained = fresh.abstained

    def _refuse_fault(self, sitting, ballots, seat):
        """ValidationError when the last ballot may not be cast."""
        for fault in quorum.faults(sitting, ballots):
            if fault.seat == seat.pk and fault.code in WHY_NOT:
                raise ValidationError(WHY_NOT[fault.code], code=fault.code)
