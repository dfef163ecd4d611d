from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django_countries import countries

from hosts.models import WishedCountry
from hosts.regions import COUNTRIES, REGION_OF, Region

from ..factories import HostRequestFactory


def test_each_country_lies_in_exactly_one_region():
    places = Counter(code for codes in COUNTRIES.values() for code in codes)

    assert set(COUNTRIES) == set(Region.values)
    assert set(places) == {code for code, _name in countries}
    assert [code for code, n in places.items() if n > 1] == []
    assert (REGION_OF["VN"], REGION_OF["BR"]) == ("southeast_asia", "latin_america")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wish", [{}, {"country": "VN", "region": "africa"}, {"region": "atlantis"}]
)
def test_a_wish_is_a_country_or_a_region_and_never_both(wish):
    host_request = HostRequestFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        WishedCountry.objects.create(host_request=host_request, rank=1, **wish)
    assert WishedCountry.objects.count() == 0


@pytest.mark.django_db
def test_a_region_is_wished_for_once_and_beside_countries():
    host_request = HostRequestFactory(countries=["VN"])
    for rank, code in enumerate(["africa", "south_asia"], start=2):
        WishedCountry.named(host_request, rank, code).save()

    with pytest.raises(ValidationError):
        WishedCountry.named(host_request, 4, "africa").validate_constraints()
    assert [wish.code for wish in host_request.wished_countries.all()] == [
        "VN",
        "africa",
        "south_asia",
    ]
