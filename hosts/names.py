"""How official letters name a local government and its head."""

from .models import LocalGovernment

HEADS: dict[str, str] = {
    LocalGovernment.Kind.PREFECTURE: "知事",
    LocalGovernment.Kind.DESIGNATED_CITY: "市長",
    LocalGovernment.Kind.CITY: "市長",
    LocalGovernment.Kind.SPECIAL_WARD: "区長",
    LocalGovernment.Kind.TOWN: "町長",
    LocalGovernment.Kind.VILLAGE: "村長",
}
RESPECTFUL: dict[str, str] = {
    LocalGovernment.Kind.DESIGNATED_CITY: "貴市",
    LocalGovernment.Kind.CITY: "貴市",
    LocalGovernment.Kind.SPECIAL_WARD: "貴区",
    LocalGovernment.Kind.TOWN: "貴町",
    LocalGovernment.Kind.VILLAGE: "貴村",
}


def head_of(government: LocalGovernment) -> str:
    """The addressee of an official letter: 愛媛県西条市長, 愛媛県知事."""
    name = government.full_name_in("ja")
    head = HEADS[government.kind]
    return name + (head if government.kind == LocalGovernment.Kind.PREFECTURE else head[1:])


def respectful_name(government: LocalGovernment) -> str:
    """How a letter speaks of its addressee: 貴市, 貴県, 貴道."""
    return RESPECTFUL.get(government.kind) or f"貴{government.name[-1]}"
