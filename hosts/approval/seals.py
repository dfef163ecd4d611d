"""The boxes for seals. They stand on paper only, so their titles are Japanese whoever reads."""

from ..models import LocalGovernment

Kind = LocalGovernment.Kind

SECTION, DEPARTMENT, HEAD, EMPTY = "section", "department", "head", "empty"
HEADS = {
    Kind.PREFECTURE: ["知事", "副知事"],
    Kind.DESIGNATED_CITY: ["市長", "副市長"],
    Kind.CITY: ["市長", "副市長"],
    Kind.SPECIAL_WARD: ["区長", "副区長"],
    Kind.TOWN: ["町長", "副町長"],
    Kind.VILLAGE: ["村長", "副村長"],
}
SEALS = {
    SECTION: ["課長", "課長補佐", "係長", "係"],
    DEPARTMENT: ["部長", "次長", "課長", "課長補佐", "係長", "係"],
    HEAD: ["部長", "課長", "課長補佐", "係長", "係"],
    EMPTY: [""] * 7,
}


def seals_for(chosen: str, government: LocalGovernment | None) -> list[str]:
    """The titles over the boxes, the highest first; empty ones are filled in by hand."""
    heads = HEADS[Kind(government.kind)] if government and chosen == HEAD else []
    return [*heads, *SEALS[chosen]]
