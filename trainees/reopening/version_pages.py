"""Two versions of a dossier side by side, for the staff's page and the person's."""

from django.http import HttpRequest

from ..models import Application, DossierVersion
from ..said import said_of
from ..versions import differences, is_intact, said_in


def versions_context(request: HttpRequest, application: Application) -> dict[str, object]:
    """The versions, the one that is read and what differs from another; the passport is masked."""
    rows = list(application.versions.select_related("made_by").order_by("-number"))
    if not rows:
        return {"versions": []}
    shown = _chosen(request, "version", rows) or rows[0]
    earlier = next((row for row in rows if row.number == shown.number - 1), None)
    other = _chosen(request, "with", rows) or earlier
    shown.application = application
    lines = said_of(said_in(shown), shown.files)
    context: dict[str, object] = {
        "versions": rows,
        "shown": shown,
        "other": other,
        "lines": lines,
        "is_intact": is_intact(shown),
        "differences": None,
    }
    if other is not None and other != shown:
        first, second = sorted((shown, other), key=lambda row: row.number)
        context |= {
            "first": first,
            "second": second,
            "differences": differences(
                said_of(said_in(first), first.files), said_of(said_in(second), second.files)
            ),
        }
    return context


def _chosen(request: HttpRequest, name: str, rows: list[DossierVersion]) -> DossierVersion | None:
    typed = request.GET.get(name, "")
    return next((row for row in rows if str(row.number) == typed), None)
