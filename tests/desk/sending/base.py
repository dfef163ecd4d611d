"""One form that makes something, as the tests of what is sent twice know it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User


@dataclass
class Form:
    """One form that makes something: where it stands, what is typed, what it makes."""

    user: User
    page: str
    typed: dict[str, Any]
    made: Callable[[], object]
    expected: object
    action: str = ""
    other: User | None = field(default=None)

    @property
    def address(self) -> str:
        return self.action or self.page
