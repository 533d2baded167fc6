"""Addresses of the pages of `conventions`."""

from django.urls import path

from conventions.views import convention, ledger, life, pledges, readers, strikes, terms

app_name = "conventions"
urlpatterns = [
    path("conventions/", convention.convention_list, name="convention_list"),
    path("conventions/nouvelle/", convention.convention_add, name="convention_add"),
    path("conventions/<int:pk>/modifier/", convention.convention_edit, name="convention_edit"),
    path("conventions/<int:pk>/regles/", terms.terms, name="terms"),
    path("conventions/<int:pk>/avenant/", terms.amend, name="amend"),
    path("conventions/<int:pk>/supprimer/", life.discard, name="discard"),
    path("conventions/<int:pk>/signer/", life.sign, name="sign"),
    path("conventions/<int:pk>/suspendre/", life.suspend, name="suspend"),
    path("conventions/<int:pk>/reprendre/", life.resume, name="resume"),
    path("conventions/<int:pk>/clore/", life.close, name="close"),
    path("conventions/<int:pk>/reconduire/", life.renew, name="renew"),
    path("conventions/<int:pk>/apports/", pledges.pledge_list, name="pledge_list"),
    path("conventions/<int:pk>/apports/nouveau/", pledges.pledge_add, name="pledge_add"),
    path("apporteurs/<int:pk>/apports/", pledges.sponsor_pledges, name="sponsor_pledges"),
    path("apports/<int:pk>/retirer/", pledges.pledge_withdraw, name="pledge_withdraw"),
    path("apports/<int:pk>/versement/", pledges.receipt_add, name="receipt_add"),
    path("versements/<int:pk>/rayer/", strikes.receipt_strike, name="receipt_strike"),
    path("conventions/<int:pk>/journal/", ledger.entry_list, name="entry_list"),
    path("conventions/<int:pk>/frais/", ledger.fee_add, name="fee_add"),
    path("conventions/<int:pk>/report/", ledger.carry_over, name="carry_over"),
    path("ecritures/<int:pk>/annuler/", ledger.entry_reverse, name="entry_reverse"),
    path("conventions/<int:pk>/lecteurs/", readers.reader_list, name="reader_list"),
    path("conventions/<int:pk>/lecteurs/retirer/", readers.reader_remove, name="reader_remove"),
]
