"""Pages of a session under way: attendance, the file under discussion, votes."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from committee.decision_forms import MotionForm
from committee.hall import Hall
from committee.models import AgendaItem, Application, Motion, Session
from committee.screening import findings
from committee.session_forms import PapersForm, ProxyForm, RefusalForm
from territories.forms import ConfirmForm, refuse
from territories.roles import visible

ROWS = Session.objects.select_related("committee__antenna", "convention", "current_item")


def session_live(request, pk):
    """The room, for those in it; it asks itself for news, and is answered only when there are."""
    session = visible(request.user, ROWS, pk=pk)
    hall = Hall(session, request.user)
    if request.htmx and request.GET.get("vu") == hall.version:
        return HttpResponse(status=204)
    context = {"hall": hall, "session": session}
    if hall.item:
        context["findings"] = findings(hall.item.application, session.on)
    page = "committee/hall.html" if request.htmx else "committee/session_live.html"
    return render(request, page, context)


def session_open(request, pk):
    session = held(request.user, pk)
    return _confirm(
        request,
        session,
        session.open,
        title=_("Ouvrir la séance"),
        intro=_("Notez ensuite qui est là, puis examinez les dossiers un à un."),
        submit=_("Ouvrir la séance"),
        next_page="committee:session_live",
    )


def session_close(request, pk):
    session = held(request.user, pk)
    undecided = [
        str(item.application.company)
        for item in Hall(session, request.user).agenda
        if not item.decision
    ]
    waits = _("Sans décision, ces dossiers attendront une autre séance : %(names)s.")
    return _confirm(
        request,
        session,
        session.close,
        title=_("Clore la séance"),
        warning=_("Une séance close ne se rouvre pas : présences et votes sont figés."),
        danger=True,
        submit=_("Clore la séance"),
        next_page="committee:session",
        intro=waits % {"names": ", ".join(undecided)} if undecided else "",
    )


def session_attend(request, pk):
    """Arrivals and departures: of anybody by who holds the session, of oneself otherwise."""
    session = visible(request.user, ROWS, pk=pk)
    holds = session.may_be_held_by(request.user)
    theirs = [seat for seat in session.seats() if holds or seat.user_id == request.user.pk]
    if not theirs:
        raise PermissionDenied
    seat = next((each for each in theirs if str(each.pk) == request.POST.get("seat")), None)
    if seat is None:
        return redirect(session.get_live_url())
    match request.POST.get("how"):
        case "leave":
            return _act(request, session, lambda: session.leave(seat))
        case how:
            stay = {"is_remote": how == "remote", "by_deputy": how == "deputy"}
            return _act(request, session, lambda: session.arrive(seat, **stay))


def session_entrust(request, pk):
    session = held(request.user, pk)
    form = ProxyForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            session.entrust(form.cleaned_data["seat"], to=form.cleaned_data["to"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le pouvoir est noté."))
            return redirect("committee:session_live", session.pk)
    return _form(request, form, session, title=_("Noter un pouvoir"), submit=_("Noter le pouvoir"))


def item_take_up(request, pk):
    item, session = _held_item(request.user, pk)
    return _act(request, session, lambda: session.take_up(item))


def motion_add(request, pk):
    item, session = _held_item(request.user, pk)
    form = MotionForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            form.put(by=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            return redirect("committee:session_live", session.pk)
    context = {
        "form": form,
        "application": item.application,
        "findings": findings(item.application, session.on),
        "session": session,
    }
    return render(request, "committee/motion_form.html", context)


def motion_vote(request, pk):
    """One vote: one's own, that of who trusts one, or any as said in the room."""
    motion, session = _motion(request.user, pk)
    hall = Hall(session, request.user)
    choice, key = request.POST.get("choice"), request.POST.get("seat")
    if key == "all" and hall.says_votes:
        everybody = partial(session.vote_for_all, motion, choice, by=request.user)
        return _act(request, session, everybody)
    theirs = hall.speaks_for
    place = next((each for each in theirs if str(each.seat.pk) == key), None)
    if not theirs or (key and place is None):
        raise PermissionDenied
    return _act(
        request,
        session,
        lambda: session.vote(motion, place.seat, choice, by=request.user),
        done=_("Vote enregistré : %(seat)s.") % {"seat": place and place.seat},
    )


def motion_take_back(request, pk):
    """A mistake of who holds the session, or told by a voter: the seat votes again."""
    motion, session = _motion(request.user, pk, held=True)
    seats = {str(seat.pk): seat for seat in session.seats()}
    seat = seats.get(request.POST.get("seat"))
    return _act(
        request,
        session,
        lambda: session.take_back(motion, seat),
        done=_("Le vote de %(seat)s est repris : il reste à voter.") % {"seat": seat},
    )


def motion_papers(request, pk):
    """A secret vote on paper: the counts, for those who have not voted on their own page."""
    motion, session = _motion(request.user, pk, held=True)
    form = PapersForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            session.count_papers(motion, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Les bulletins sont comptés."))
            return redirect(session.get_live_url())
    return _form(
        request,
        form,
        session,
        title=_("Compter les bulletins"),
        intro=_("Un bulletin pour chaque votant qui n’a pas voté sur sa propre page."),
        submit=_("Enregistrer les bulletins"),
    )


def motion_close(request, pk):
    """Asked again while some have not voted; the button of the room closes a vote of all."""
    motion, session = _motion(request.user, pk, held=True)
    if request.method == "POST":
        return _act(request, session, lambda: session.close_vote(motion, by=request.user))
    names = ", ".join(str(place.seat) for place in Hall(session, request.user).waiting)
    return _form(
        request,
        ConfirmForm(),
        session,
        title=_("Clore le vote"),
        warning=_("N’ont pas voté : %(names)s.") % {"names": names} if names else "",
        submit=_("Clore le vote"),
    )


def motion_void(request, pk):
    motion, session = _motion(request.user, pk, held=True)
    if request.method != "POST":
        return _form(
            request,
            ConfirmForm(),
            session,
            title=_("Annuler ce vote"),
            warning=_("Les votes déjà exprimés sont effacés, et chacun votera de nouveau."),
            danger=True,
            submit=_("Annuler ce vote"),
        )
    return _act(
        request,
        session,
        lambda: session.void(motion),
        done=_("Le vote est annulé : il ne compte pas, vous pouvez le reprendre."),
    )


def motion_refuse(request, pk):
    motion, session = _motion(request.user, pk, held=True)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            session.refuse(motion, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Le refus est enregistré."))
            return redirect("committee:session_live", session.pk)
    return _form(
        request,
        form,
        session,
        title=_("Refuser le dossier"),
        intro=_("L’accord n’a pas été adopté. L’entreprise lira ce motif."),
        submit=_("Enregistrer le refus"),
    )


def held(user, pk):
    """The session, for who may hold it: 404 for a stranger, 403 for another member."""
    session = visible(user, ROWS, pk=pk)
    if not session.may_be_held_by(user):
        raise PermissionDenied
    return session


def _held_item(user, pk):
    files = Application.objects.visible_to(user)
    item = get_object_or_404(AgendaItem.objects.filter(application__in=files), pk=pk)
    item.session = held(user, item.session_id)
    return item, item.session


def _motion(user, pk, held=False):
    motion = visible(user, Motion.objects.select_related("item__application__company"), pk=pk)
    session = visible(user, ROWS, pk=motion.item.session_id)
    if held and not session.may_be_held_by(user):
        raise PermissionDenied
    return motion, session


def _act(request, session, verb, *, done=""):
    """Do one thing asked by a button of the room, and come back there."""
    if request.method == "POST":
        try:
            verb()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if done:
                messages.success(request, done)
    return redirect("committee:session_live", session.pk)


def _confirm(request, session, verb, *, next_page, **texts):
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verb()
        except ValidationError as error:
            refuse(form, error)
        else:
            return redirect(next_page, session.pk)
    return _form(request, form, session, back=session.get_absolute_url(), **texts)


def _form(request, form, session, **texts):
    back = texts.pop("back", None) or session.get_live_url()
    context = {"form": form, "back": back, **texts}
    return render(request, "components/form_page.html", context)
