import pytest

from funding.routes import AllocationTaxRoute, allocation_tax_route, files_with_governor
from hosts.models import LocalGovernment


@pytest.mark.parametrize("kind", LocalGovernment.Kind.values)
def test_only_prefectures_are_financed_by_the_ordinary_tax(kind):
    expected = {"prefecture": AllocationTaxRoute.ORDINARY}.get(kind, AllocationTaxRoute.SPECIAL)

    assert allocation_tax_route(kind) == expected


@pytest.mark.parametrize(("kind", "expected"), [("prefecture", False), ("designated_city", True)])
def test_papers_for_the_special_tax_go_to_the_governor(kind, expected):
    assert files_with_governor(kind) == expected
