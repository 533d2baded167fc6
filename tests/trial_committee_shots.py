import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from tests.factories import *
from committee.models import Seat

def test_shots(live_server, page, client, alice, convention, maria):
    convention.terms.update(minimum_jobs=5, sectors="10 11", advance_cap=8000)
    for i in range(8): SkillFactory()
    draft = ApplicationFactory(convention=convention, without_aid="", project="")
    sub = submitted(convention=convention, private_notes="Entre nous")
    sub.title="Nouveau four"; sub.save()
    ok = approved(convention=ConventionFactory(antenna=convention.antenna, funds=100000), conditions=["Bail signé","Attestation d’assurance"])
    ok.requested_skills.set(Skill.objects.all()[:2])
    ref = submitted(convention=convention); ref.refuse(on=day(-3), reason="Trop fragile, revenir avec un plan de trésorerie.")
    com = CommitteeFactory(antenna=convention.antenna, name="Comité de Toul")
    for c in ["business"]*3+["bank","institution"]: SeatFactory(committee=com, college=c)
    SeatFactory(committee=com, mandate_until=day(-10))
    client.force_login(alice)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": live_server.url}])
    errors=[]
    page.on("console", lambda m: errors.append(m.text) if m.type in("error","warning") else None)
    urls = {"list":"/dossiers/","add":"/dossiers/nouveau/","draft":f"/dossiers/{draft.pk}/","sub":f"/dossiers/{sub.pk}/","ok":f"/dossiers/{ok.pk}/","ref":f"/dossiers/{ref.pk}/","edit":f"/dossiers/{draft.pk}/modifier/","submit":f"/dossiers/{draft.pk}/deposer/","dec":f"/dossiers/{sub.pk}/decision/","hist":f"/dossiers/{ok.pk}/historique/","wd":f"/dossiers/{sub.pk}/retirer/","cl":"/comites/","c":f"/comites/{com.pk}/","seat":f"/comites/{com.pk}/sieges/nouveau/","cadd":"/comites/nouveau/"}
    for w in (1280,390):
        page.set_viewport_size({"width":w,"height":900})
        for n,u in urls.items():
            page.goto(live_server.url+u)
            r=Axe().run(page)
            print(w,n,r.violations_count, r.generate_report()[:900] if r.violations_count else "")
            over=page.evaluate("document.documentElement.scrollWidth-innerWidth")
            if over>0: print("OVERFLOW",n,over)
            page.screenshot(path=f"/tmp/shot_{w}_{n}.png", full_page=True)
    # invalid post
    page.set_viewport_size({"width":1280,"height":900})
    page.goto(live_server.url+urls["edit"])
    page.fill("#id_besoins-0-amount","99999")
    page.click("[data-add-row=besoins]")
    page.fill("#id_besoins-4-label","Formation"); page.fill("#id_besoins-4-amount","-3")
    page.click("main button[type=submit]")
    page.screenshot(path="/tmp/shot_1280_bad.png", full_page=True)
    r=Axe().run(page); print("bad",r.violations_count, r.generate_report()[:1500] if r.violations_count else "")
    page.fill("#id_besoins-4-amount","3")
    page.click("main button[type=submit]")
    print(page.locator(".alert-danger").all_inner_texts())
    print(errors)
