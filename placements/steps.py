"""The section of the dossier that this app adds: which requests the person wishes for."""

from django.utils.translation import pgettext_lazy

from accounts.models import User
from trainees.models import Application
from trainees.steps import Answer, Step, register_step

from .known import wishes_of

CODE = "requests"
TITLE = pgettext_lazy("step of the application", "Your wishes")


def answers(application: Application, reader: User) -> list[Answer]:
    """The wishes in their order, as the check page and the submitted page show them."""
    text = "\n".join(f"{row.rank}. {row.host_request}" for row in wishes_of(application))
    return [Answer(CODE, TITLE, text)]


# Nobody has to wish: whoever names no request is placed by field and language.
register_step(
    Step(
        code=CODE,
        title=TITLE,
        order=95,
        url_name="placements:wishes",
        answers=answers,
    )
)
