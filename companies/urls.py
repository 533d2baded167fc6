"""Addresses of the pages of `companies`."""

from django.urls import path

from companies.views import absences, companies, experts, leads, options, parts, sponsors

app_name = "companies"
urlpatterns = [
    path("entreprises/", companies.company_list, name="company_list"),
    path("entreprises/nouvelle/", companies.company_add, name="company_add"),
    path("entreprises/options/", options.company_options, name="company_options"),
    path("entreprises/<int:pk>/", companies.company, name="company"),
    path("entreprises/<int:pk>/modifier/", companies.company_edit, name="company_edit"),
    path("entreprises/<int:pk>/chiffres/nouveaux/", parts.figures_add, name="figures_add"),
    path("chiffres/<int:pk>/modifier/", parts.figures_edit, name="figures_edit"),
    path("entreprises/<int:pk>/interlocuteurs/nouveau/", parts.contact_add, name="contact_add"),
    path("interlocuteurs/<int:pk>/modifier/", parts.contact_edit, name="contact_edit"),
    path("interlocuteurs/<int:pk>/supprimer/", parts.contact_delete, name="contact_delete"),
    path("demander-de-l-aide/", leads.lead_ask, name="lead_ask"),
    path("demander-de-l-aide/merci/", leads.lead_thanks, name="lead_thanks"),
    path("demandes/", leads.lead_list, name="lead_list"),
    path("demandes/<int:pk>/", leads.lead, name="lead"),
    path("demandes/<int:pk>/rattacher/", leads.lead_follow, name="lead_follow"),
    path("demandes/<int:pk>/classer/", leads.lead_dismiss, name="lead_dismiss"),
    path("demandes/<int:pk>/rouvrir/", leads.lead_reopen, name="lead_reopen"),
    path("demandes/<int:pk>/confier/", leads.lead_pass_on, name="lead_pass_on"),
    path("naf/options/", options.naf_options, name="naf_options"),
    path("apporteurs/", sponsors.sponsor_list, name="sponsor_list"),
    path("apporteurs/nouveau/", sponsors.sponsor_add, name="sponsor_add"),
    path("apporteurs/<int:pk>/", sponsors.sponsor, name="sponsor"),
    path("apporteurs/<int:pk>/modifier/", sponsors.sponsor_edit, name="sponsor_edit"),
    path("intervenants/", experts.expert_list, name="expert_list"),
    path("intervenants/nouveau/", experts.expert_add, name="expert_add"),
    path("intervenants/<int:pk>/", experts.expert, name="expert"),
    path("intervenants/<int:pk>/modifier/", experts.expert_edit, name="expert_edit"),
    path("intervenants/<int:pk>/absences/nouvelle/", absences.absence_add, name="absence_add"),
    path("absences/<int:pk>/modifier/", absences.absence_edit, name="absence_edit"),
    path("absences/<int:pk>/supprimer/", absences.absence_delete, name="absence_delete"),
]
