from django.urls import path

from ledger import views

urlpatterns = [
    path("parametres/banques/", views.bank_list, name="bank_list"),
    path("parametres/banques/nouvelle/", views.bank_create, name="bank_create"),
    path("parametres/banques/<int:pk>/", views.bank_edit, name="bank_edit"),
    path("parametres/comptabilite/comptes/", views.account_list, name="account_list"),
    path("parametres/comptabilite/comptes/nouveau/", views.account_create, name="account_create"),
    path("parametres/comptabilite/comptes/<slug:code>/", views.account_edit, name="account_edit"),
    path("parametres/comptabilite/journaux/", views.journal_list, name="journal_list"),
    path("parametres/comptabilite/journaux/nouveau/", views.journal_create, name="journal_create"),
    path("parametres/comptabilite/journaux/<slug:code>/", views.journal_edit, name="journal_edit"),
    path("parametres/comptabilite/verrouillage/", views.lock_detail, name="lock_detail"),
    path("parametres/comptabilite/verrouillage/avancer/", views.lock_change, name="lock_change"),
]
