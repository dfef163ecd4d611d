"""Telling staff of a file in which the scanner found something harmful."""

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from files.models import StoredFile
from files.received.scanning import harmful_found
from notices.mails import queue_mail


@receiver(harmful_found, dispatch_uid="desk: staff hear of a harmful file")
def tell_staff(sender: Any, stored: StoredFile, found: str, **kwargs: Any) -> None:
    """Mail everybody who is staff today, each once. The name of the file and who sent it stand on
    the desk and in no mail.
    """
    today = timezone.localdate()
    in_office = Membership.objects.in_force(today).filter(role__in=[Role.STAFF, Role.ADMINISTRATOR])
    people = {membership.user for membership in in_office.select_related("user")}
    path = reverse("admin:files_storedfile_change", args=[stored.pk])
    for person in sorted(people, key=lambda each: each.pk):
        queue_mail(
            key=f"harmful-file:{stored.public_id}:{person.pk}",
            purpose="harmful-file",
            to=person.email,
            to_name=person.name,
            language=person.language,
            template="harmful_file",
            context={
                "number": str(stored.public_id),
                "at": stored.uploaded_at,
                "found": found or "?",
                "address": settings.SITE_URL + path,
            },
            related=f"files.StoredFile:{stored.pk}",
        )
