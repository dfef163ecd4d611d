"""What this app shows on the trainee's own home."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.panels import panel
from schedule.duties import duties_of


@panel("trainee_status", order=5, template="trainees/_todo.html")
def to_do(request: HttpRequest, _application: object) -> dict[str, object]:
    """All that this person has to do, the next first, and the way to their calendar."""
    today = timezone.localdate()
    return {"duties": duties_of(request.user, today), "today": today}
