"""Pages of what belongs to a company: its figures by year, its contacts."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from companies.forms import ContactForm, FiguresForm
from companies.models import Company, CompanyFigures, Contact
from territories.roles import editable

WITH_ANTENNA = "company__antenna"


def figures_add(request, pk):
    company = editable(request.user, Company.objects.select_related("antenna"), pk=pk)
    form = FiguresForm(request.POST or None, instance=CompanyFigures(company=company))
    return _form_page(request, form, _("Nouveaux chiffres"), _("Les chiffres sont enregistrés."))


def figures_edit(request, pk):
    figures = editable(request.user, CompanyFigures.objects.select_related(WITH_ANTENNA), pk=pk)
    form = FiguresForm(request.POST or None, instance=figures)
    return _form_page(request, form, _("Modifier les chiffres"), _("Les chiffres sont à jour."))


def contact_add(request, pk):
    company = editable(request.user, Company.objects.select_related("antenna"), pk=pk)
    form = ContactForm(request.POST or None, instance=Contact(company=company))
    return _form_page(request, form, _("Nouvel interlocuteur"), _("L’interlocuteur est ajouté."))


def contact_edit(request, pk):
    contact = editable(request.user, Contact.objects.select_related(WITH_ANTENNA), pk=pk)
    form = ContactForm(request.POST or None, instance=contact)
    return _form_page(
        request, form, _("Modifier l’interlocuteur"), _("L’interlocuteur est à jour.")
    )


def _form_page(request, form, title, done):
    company = form.instance.company
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, done)
        return redirect(company)
    context = {
        "title": title,
        "intro": company.name,
        "form": form,
        "back": company.get_absolute_url(),
    }
    return render(request, "components/form_page.html", context)


def contact_delete(request, pk):
    contact = editable(request.user, Contact.objects.select_related(WITH_ANTENNA), pk=pk)
    company = contact.company
    if request.method == "POST":
        contact.delete()
        messages.success(request, _("L’interlocuteur est supprimé."))
        return redirect(company)
    return render(request, "companies/contact_delete.html", {"contact": contact})
