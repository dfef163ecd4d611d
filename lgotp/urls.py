"""Every address of the portal. Pages stand under /ja/ and /en/; what is for machines or for ever
does not.
"""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from accounts.sheet_views import sheet
from accounts.views import reset_password, set_password, switch_language
from desk.base import bearing_any_page
from desk.views import already_in, healthz, readyz
from schedule.views import feed

READ = ["get", "head"]

admin.autodiscover()
# The admin's own form knows no brakes and no second factor: nobody is shown it.
admin.site.login = secure_admin_login(already_in)  # type: ignore[method-assign]
admin.site.search = bearing_any_page(admin.site.search)  # type: ignore[attr-defined]

icon = RedirectView.as_view(url="/static/portal/icon.svg", http_method_names=READ)
to_ones_password = RedirectView.as_view(
    pattern_name="account_change_password", http_method_names=READ
)
first_page = RedirectView.as_view(pattern_name="desk:start", http_method_names=READ)

handler500 = "desk.faults.server_error"

urlpatterns = [
    path("favicon.ico", icon),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("language/<slug:code>/", switch_language, name="switch_language"),
    path("language/", set_language, name="set_language"),  # the staff desk's own switch
    path("calendar/<slug:token>.ics", feed, name="calendar"),
    path("verify/", include("outreach.urls_verify")),
    path("admin/", first_page),
    # One page for everybody's password, behind its brakes; Django's own has none.
    path("admin/password_change/", to_ones_password),
    path("admin/", include("desk.urls")),
    path("admin/", admin.site.urls),
]
urlpatterns += i18n_patterns(
    path("", include("outreach.urls")),
    path("", include("accounts.urls")),
    path("account/password/set/", set_password, name="account_set_password"),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        reset_password,
        name="account_reset_password_from_key",
    ),
    path("account/2fa/sheet/", sheet, name="mfa_sheet"),
    path("account/", include("allauth.urls")),
    path("hosts/", include("hosts.urls")),
    path("calendar/", include("schedule.urls")),
    path("trainee/", include("trainees.urls")),
    path("recruitment/", include("placements.cases.urls")),
    path("placements/", include("placements.urls")),
    path("recruitment/nominations/sheet/", include("desk.recruitment.sheet_urls")),
    path("recruitment/", include("placements.office.urls")),
)
