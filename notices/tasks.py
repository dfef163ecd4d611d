"""What workers do: both tasks look into the database and may run twice or at once."""

from celery import shared_task

from . import letters, mails


@shared_task(ignore_result=True)
def deliver_mails() -> None:
    """Hand over every mail that is due."""
    mails.deliver_due()


@shared_task(ignore_result=True)
def render_letters() -> None:
    """Make the PDF of every letter that waits for it."""
    letters.render_waiting()
