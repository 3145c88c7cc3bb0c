from django.urls import path

from office import views

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.login, name="login"),
    path("deconnexion/", views.logout, name="logout"),
    path("mot-de-passe/", views.password_change, name="password_change"),
    path("mot-de-passe/change/", views.password_change_done, name="password_change_done"),
    path("composants/", views.components, name="components"),
    path("composants/fenetre/", views.component_window, name="component_window"),
]
