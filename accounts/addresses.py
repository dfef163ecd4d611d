"""Where a request comes from."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest


def client_address(request: HttpRequest | None) -> str:
    """Where a request comes from, by as many proxies as we trust; empty where nobody can say."""
    if request is None:
        return ""
    try:
        return get_adapter(request).get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):
        return ""
