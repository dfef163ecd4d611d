"""What this app shows on the trainee's own home."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.panels import panel

from .models import Application


@panel("trainee_status", order=5, template="trainees/_todo.html")
def to_do(_request: HttpRequest, application: Application) -> dict[str, object]:
    """All that this person has to do, the next first, and the way to their calendar; the page has
    asked for it already, because it says elsewhere whether there is anything.
    """
    return {"duties": application.__dict__["duties"], "today": timezone.localdate()}
