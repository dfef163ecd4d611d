"""Questions and answers (照会・回答): a thread between the parties of a row, with its entries."""

import uuid
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from files.models import StoredFile

from .moves import MoveRow
from .subjects import OPERATOR, sides_in_rows, subjects

if TYPE_CHECKING:
    from .models import User

TITLE_CHARACTERS = 100
TEXT_CHARACTERS = 10_000


class ThreadState(models.TextChoices):
    """Whether somebody still waits for an answer."""

    OPEN = "open", pgettext_lazy("question", "waiting for an answer")
    ANSWERED = "answered", pgettext_lazy("question", "answered")
    CLOSED = "closed", pgettext_lazy("question", "closed")


THREAD_MOVES: dict[str, set[str]] = {
    ThreadState.OPEN: {ThreadState.ANSWERED, ThreadState.CLOSED},
    ThreadState.ANSWERED: {ThreadState.OPEN, ThreadState.CLOSED},
    ThreadState.CLOSED: {ThreadState.OPEN},
}
THREAD_MARKS: dict[str, str] = {
    ThreadState.OPEN: "late",
    ThreadState.ANSWERED: "done",
    ThreadState.CLOSED: "none",
}


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ThreadQuerySet":
        """Staff see all; everyone else those of the rows they may see, in which the side that they
        speak for today takes part.
        """
        if user.is_staff:
            return self
        return self.filter(_rows_of_sides(user, lambda code: _taking_part(code)))

    def waiting_for(self, user: "User") -> "ThreadQuerySet":
        """Questions that this person's side has still to answer, while its cycle is open."""
        return self.unanswered().filter(_rows_of_sides(user, lambda code: Q(addressee=code)))

    def unanswered(self) -> "ThreadQuerySet":
        """Those that wait for an answer, in cycles that are not over."""
        alive = Q(pk__in=[])
        for subject in subjects():
            rows = subject.model._default_manager.filter(subject.open_rows)
            alive |= Q(kind=subject.key, subject_id__in=rows.values("pk"))
        return self.filter(alive, state=ThreadState.OPEN)


def _taking_part(code: str) -> Q:
    return Q(pk__in=ThreadParty.objects.filter(party=code).values("thread"))


def _rows_of_sides(user: "User", in_thread) -> Q:
    found = Q(pk__in=[])
    for subject, party, rows in sides_in_rows(user):
        found |= Q(kind=subject.key, subject_id__in=rows.values("pk")) & in_thread(party.code)
    return found


class Thread(models.Model):
    """One question to one party about one row, and all that was written on it."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of subject"), max_length=60, editable=False)
    subject_id = models.PositiveBigIntegerField(_("number of the subject"), editable=False)
    title = models.CharField(
        pgettext_lazy("thread", "title"), max_length=TITLE_CHARACTERS, editable=False
    )
    asker = models.CharField(_("party that asks"), max_length=20, editable=False)
    addressee = models.CharField(_("party that is asked"), max_length=20, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ThreadState, default=ThreadState.OPEN, editable=False
    )
    answer_by = models.DateField(_("answer wanted by"), null=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("asked by"),
    )
    opened_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    waiting_since = models.DateTimeField(_("waiting since"), default=timezone.now, editable=False)
    written_at = models.DateTimeField(_("last written at"), default=timezone.now, editable=False)

    objects = ThreadQuerySet.as_manager()

    READ = ("public_id", "title", "state", "answer_by", "written_at")  # what a page of a row shows

    class Meta:
        verbose_name = pgettext_lazy("thread", "question")
        verbose_name_plural = pgettext_lazy("thread", "questions")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(asker=models.F("addressee")), name="thread_asks_somebody_else"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(kind="") & ~Q(asker="") & ~Q(addressee=""),
                name="thread_says_what_and_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id"], name="thread_by_subject"),
            models.Index(fields=["state", "waiting_since"], name="thread_by_waiting"),
            models.Index(fields=["written_at", "id"], name="thread_by_last_entry"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_json(cls, read: dict[str, Any]) -> "Thread":
        """A question as a page of a row shows it, from what was read with the row as JSON."""
        written_at = datetime.fromisoformat(read["written_at"])
        if written_at.tzinfo is None:  # SQLite keeps moments in UTC without saying so
            written_at = written_at.replace(tzinfo=UTC)
        answer_by = read["answer_by"]
        return cls(
            public_id=uuid.UUID(read["public_id"]),
            title=read["title"],
            state=read["state"],
            answer_by=date.fromisoformat(answer_by) if answer_by else None,
            written_at=written_at,
        )

    def get_absolute_url(self) -> str:
        return reverse("accounts:question", args=[self.public_id])

    @property
    def subject(self) -> str:
        """What it is about, as a stable key: "hosts.HostRequest:17"."""
        return f"{self.kind}:{self.subject_id}"

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return THREAD_MARKS[ThreadState(self.state)]


class ThreadParty(models.Model):
    """A party that takes part in a thread: who asks, who is asked, who reads along."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="parties", editable=False)
    party = models.CharField(pgettext_lazy("thread", "party"), max_length=20, editable=False)

    class Meta:
        verbose_name = _("party of a question")
        verbose_name_plural = _("parties of questions")
        constraints = [
            models.UniqueConstraint(fields=["thread", "party"], name="thread_party_once")
        ]

    def __str__(self) -> str:
        return self.party


class ThreadMove(MoveRow):
    """The history of a question."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a question")
        verbose_name_plural = _("moves of questions")


class Channel(models.TextChoices):
    """How something was said; all but the portal are entered by hand."""

    PORTAL = "portal", pgettext_lazy("channel", "in the portal")
    TELEPHONE = "telephone", pgettext_lazy("channel", "by telephone")
    LETTER = "letter", pgettext_lazy("channel", "by letter")
    MAIL = "mail", pgettext_lazy("channel", "by e-mail")
    MEETING = "meeting", pgettext_lazy("channel", "at a meeting")


class Counterpart(models.TextChoices):
    """With whom it was, when it was not in the portal."""

    PARTY = "party", pgettext_lazy("counterpart", "the other party")
    EMBASSY = "embassy", pgettext_lazy("counterpart", "embassy or consulate")
    IMMIGRATION = "immigration", pgettext_lazy("counterpart", "immigration office")
    AGENCY = "agency", pgettext_lazy("counterpart", "agency or company")
    OTHER = "other", pgettext_lazy("counterpart", "somebody else")


class ThreadEntryQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ThreadEntryQuerySet":
        """What stands in the threads that this person sees; internal notes are the staff's."""
        if user.is_staff:
            return self
        return self.filter(is_internal=False, thread__in=Thread.objects.visible_to(user))


class ThreadEntry(models.Model):
    """What one person wrote for one party, or noted of a call, a letter or a meeting. Entries are
    only added.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    thread = models.ForeignKey(
        Thread,
        models.CASCADE,
        related_name="entries",
        editable=False,
        verbose_name=pgettext_lazy("thread", "question"),
    )
    text = models.TextField(
        pgettext_lazy("thread", "text"), max_length=TEXT_CHARACTERS, editable=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("by"),
    )
    by_party = models.CharField(_("party that writes"), max_length=20, editable=False)
    # The office as it was then: a row may get another relay, the words stay where they were said.
    by_organisation = models.ForeignKey(
        "accounts.Organisation",
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("office that writes"),
    )
    for_party = models.CharField(
        _("party it was written for"), max_length=20, blank=True, editable=False
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    is_internal = models.BooleanField(_("internal note"), default=False, editable=False)
    channel = models.CharField(
        _("how it was said"),
        max_length=10,
        choices=Channel,
        default=Channel.PORTAL,
        editable=False,
    )
    happened_on = models.DateField(pgettext_lazy("thread", "day"), null=True, editable=False)
    counterpart = models.CharField(
        _("with whom"), max_length=20, choices=Counterpart, blank=True, editable=False
    )
    counterpart_name = models.CharField(
        _("office and name"), max_length=200, blank=True, editable=False
    )

    objects = ThreadEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a question")
        verbose_name_plural = _("entries of questions")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="thread_entry_says_something"),
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(by_party=OPERATOR, for_party=""),
                name="thread_entry_internal_is_for_nobody",
            ),
            models.CheckConstraint(
                condition=Q(channel="portal", happened_on__isnull=True, counterpart="")
                | (~Q(channel="portal") & Q(happened_on__isnull=False) & ~Q(counterpart="")),
                name="thread_entry_by_hand_says_when_and_with_whom",
            ),
        ]
        indexes = [models.Index(fields=["thread", "at"], name="thread_entry_by_time")]

    def __str__(self) -> str:
        return f"{self.thread} ({timezone.localtime(self.at):%Y-%m-%d %H:%M})"

    @property
    def is_by_hand(self) -> bool:
        return self.channel != Channel.PORTAL


class ThreadFileQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> "ThreadFileQuerySet":
        """The files of the entries that this person sees."""
        if user.is_staff:
            return self
        return self.filter(entry__in=ThreadEntry.objects.visible_to(user))


class ThreadFile(models.Model):
    """A file that came with an entry."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(
        ThreadEntry,
        models.CASCADE,
        related_name="files",
        editable=False,
        verbose_name=_("entry of a question"),
    )
    file = models.OneToOneField(
        StoredFile,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=pgettext_lazy("thread", "file"),
    )

    objects = ThreadFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a question")
        verbose_name_plural = _("files of questions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file.name
