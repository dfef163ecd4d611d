"""The pages of a personal link: opened without effect, a code asked for by POST, the code typed."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from .forms import LinkCodeForm
from .link_services import OPENED, find_link, hash_of, hold, page_of_typed, send_code, use
from .links import PersonalLink
from .links_purposes import purpose_of
from .services import AccountError

SENT = "link_code_sent"  # in the session: for which link this browser has asked for a code


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The address of the mail. The session takes the link over, so that no page has the token in
    its address; whether there is such a link is not even looked up here.
    """
    request.session[OPENED] = hash_of(token[:200])
    response = redirect("accounts:link_opened")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_opened(request: HttpRequest) -> HttpResponse:
    """For whom and for what the link is; only POST sends the code, because mail filters open
    links.
    """
    found = find_link(request.session.get(OPENED))
    if found is None:
        return _over(request)
    if request.method != "POST":
        return _show(request, found)
    if not _may_ask(request, found) or not send_code(found):
        text = _("Too many codes were asked for. Wait a few minutes, then try again.")
        return _show(request, found, error=text, status=429)
    request.session[SENT] = found.token_hash
    return redirect("accounts:link_code")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_code(request: HttpRequest) -> HttpResponse:
    """Type the code; this browser then holds the link for a time."""
    found = find_link(request.session.get(OPENED))
    if found is None:
        return _over(request)
    if request.session.get(SENT) != found.token_hash:
        return redirect("accounts:link_opened")
    form = LinkCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        usage = ratelimit.consume(request, app="allauth.account", action="link_code_wrong")
        if usage is None:
            form.add_error(None, _("There were too many wrong codes from here. Try again later."))
            return _code_page(request, found, form, status=429)
        try:
            held = use(found, form.cleaned_data["code"])
        except AccountError as error:
            form.add_error("code", str(error))
        else:
            usage.rollback()
            del request.session[SENT]
            hold(request, held)
            if page := page_of_typed(request, held):
                return redirect(page)
            purpose = purpose_of(held)
            return redirect(purpose.page if purpose else "outreach:home", held.public_id)
    return _code_page(request, found, form, status=422 if form.errors else 200)


def _code_page(
    request: HttpRequest, found: PersonalLink, form: LinkCodeForm, *, status: int
) -> HttpResponse:
    context = {"form": form, "address": masked_address(found.email)}
    return render(request, "accounts/link_code.html", context, status=status)


def _may_ask(request: HttpRequest, found: PersonalLink) -> bool:
    usage = ratelimit.consume(
        request, app="allauth.account", action="link_code", key=str(found.public_id)
    )
    return usage is not None


def _show(
    request: HttpRequest, found: PersonalLink, *, error: str = "", status: int = 200
) -> HttpResponse:
    purpose = purpose_of(found)
    context = {
        "link": found,
        "address": masked_address(found.email),
        "title": purpose.title if purpose else "",
        "about": purpose.about(found) if purpose and purpose.is_public else "",
        "ask": purpose.ask(found) if purpose else "",
        "error": error,
    }
    return render(request, "accounts/link.html", context, status=status)


def masked_address(email: str) -> str:
    """An address as whoever has it knows it again, and nobody else learns it: s…@example.org."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _over(request: HttpRequest) -> HttpResponse:
    """The same answer for a link that never was, has run out, was taken back, or is over."""
    return render(request, "accounts/link_over.html", status=404)
