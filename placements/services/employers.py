"""The employer of a nominee: found in the register, or entered by whoever nominates."""

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Organisation
from japan.text import search_key
from trainees.models import Agency, Contact, SendingGovernment


def employers_of(country: str, agency: Agency | None = None) -> QuerySet[SendingGovernment]:
    """The overseas local governments of a country, and those that this agency reaches."""
    wanted = Q(country=country)
    if agency is not None:
        wanted |= Q(agency=agency)
    rows = SendingGovernment.objects.filter(wanted).select_related("organisation")
    return rows.order_by("organisation__name_en", "pk")


@transaction.atomic
def enter_employer(name: str, *, country: str, agency: Agency | None = None) -> SendingGovernment:
    """The local government of this name in this country: the one in the register, whatever its
    spelling in width and case, else a new entry.
    """
    wanted = search_key(name)
    for known in employers_of(country):
        names = (known.organisation.name_en, known.organisation.name_ja, known.name_local)
        if wanted in {search_key(each) for each in names if each}:
            return known
    organisation = Organisation.objects.create(
        kind=Organisation.Kind.SENDING_GOVERNMENT, name_ja=name, name_en=name
    )
    return SendingGovernment.objects.create(
        organisation=organisation, country=country, agency=agency
    )


@transaction.atomic
def enter_contact(
    employer: SendingGovernment, *, name: str, email: str, language: str
) -> Contact | None:
    """Somebody at the employer who is asked for its statement; a known address keeps its row."""
    if not email:
        return None
    contact, _is_new = Contact.objects.get_or_create(
        organisation=employer.organisation,
        email=email,
        left_on=None,
        defaults={"name": name, "language": language},
    )
    return contact
