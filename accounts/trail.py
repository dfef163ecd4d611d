"""The audit trail: who did what, when and from where, in a chain that shows every later change.

A record holds ids, field names and fingerprints, never values, so that values stay erasable. It is
written in the transaction of what it tells of and chained a few seconds later by `seal`: chaining
inside would make every writer wait for every other one, and two that wait for each other's rows
would end in a deadlock. The database refuses to change or delete a record (migration 0002); what
its owner does all the same, `faults` finds, and a chain cut short is found by an anchor kept
outside (`Anchor`).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from itertools import islice
from typing import Any

from auditlog.models import LogEntry
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

CHAIN_LOCK = 4_719_304  # any number that nothing else in the database locks
SEAL_AT_ONCE = 500
SEALED_WITHIN = timedelta(minutes=10)  # beat seals every few seconds; longer means that it is away
BEGINNING = "0" * 64  # what the first record is chained to


class Act(models.TextChoices):
    """What the trail tells apart."""

    SIGN_IN = "sign_in", pgettext_lazy("audit", "signed in")
    SIGN_IN_FAILED = "sign_in_failed", pgettext_lazy("audit", "sign-in refused")
    SIGN_OUT = "sign_out", pgettext_lazy("audit", "signed out")
    CREDENTIAL = "credential", pgettext_lazy("audit", "password, address or second factor changed")
    PERMISSION = "permission", pgettext_lazy("audit", "permission changed")
    CREATE = "create", pgettext_lazy("audit", "created")
    UPDATE = "update", pgettext_lazy("audit", "changed")
    DELETE = "delete", pgettext_lazy("audit", "deleted")
    READ = "read", pgettext_lazy("audit", "personal data opened")
    DOWNLOAD = "download", pgettext_lazy("audit", "file downloaded")
    EXPORT = "export", pgettext_lazy("audit", "exported")
    IMPORT = "import", pgettext_lazy("audit", "imported")


class AuditRecordQuerySet(models.QuerySet):
    def sealed(self) -> "AuditRecordQuerySet":
        """The chain, from its first record on."""
        return self.filter(number__isnull=False).order_by("number")

    def unsealed(self) -> "AuditRecordQuerySet":
        """Records that wait for their place in the chain."""
        return self.filter(number__isnull=True).order_by("pk")


class AuditRecord(models.Model):
    """One act of one person. People and rows stand by their number: the record outlives them."""

    at = models.DateTimeField(pgettext_lazy("audit", "at"), default=timezone.now, editable=False)
    act = models.CharField(pgettext_lazy("audit", "act"), max_length=16, choices=Act)
    actor_id = models.PositiveBigIntegerField(gettext_lazy("number of the person"), null=True)
    model = models.CharField(pgettext_lazy("audit", "kind of row"), max_length=80, blank=True)
    object_id = models.CharField(pgettext_lazy("audit", "number of the row"), max_length=64)
    fields = models.JSONField(pgettext_lazy("audit", "fields"), default=list)
    digest = models.CharField(gettext_lazy("fingerprint of the values"), max_length=64, blank=True)
    entry_id = models.PositiveBigIntegerField(
        gettext_lazy("entry of the change log"), null=True, unique=True
    )
    address = models.CharField(pgettext_lazy("audit", "from"), max_length=45, blank=True)
    number = models.PositiveBigIntegerField(
        gettext_lazy("place in the chain"), null=True, unique=True, editable=False
    )
    previous = models.CharField(
        gettext_lazy("fingerprint of the record before"), max_length=64, blank=True, editable=False
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)

    objects = AuditRecordQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        verbose_name = gettext_lazy("audit record")
        verbose_name_plural = gettext_lazy("audit trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["model", "object_id"], name="audit_by_row"),
            models.Index(fields=["actor_id"], name="audit_by_person"),
            models.Index(fields=["id"], condition=Q(number__isnull=True), name="audit_unsealed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__isnull=True, previous="", sha256="")
                | (Q(number__gte=1) & ~Q(previous="") & ~Q(sha256="")),
                name="audit_sealed_as_a_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.model} {self.object_id}".strip()

    def fingerprint(self) -> str:
        """The SHA-256 of this record in its place, chained to the one before."""
        parts = [
            self.number,
            self.previous,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.act,
            self.actor_id,
            self.model,
            self.object_id,
            self.fields,
            self.digest,
            self.entry_id,
            self.address,
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Anchor:
    """The end of the chain on a day, kept where the database's owner cannot change it."""

    number: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.number}:{self.sha256}"

    @classmethod
    def read(cls, text: str) -> "Anchor":
        """The anchor that `str` wrote. Raises ValueError for anything else."""
        number, colon, sha256 = text.strip().partition(":")
        if not (number.isdecimal() and colon and len(sha256) == 64 and sha256.isalnum()):
            raise ValueError(text)
        return cls(int(number), sha256.lower())


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of the trail, in words."""

    place: str
    text: str


def record(
    act: Act,
    *,
    actor_id: int | None,
    row: models.Model | None = None,
    fields: Iterable[str] = (),
    digest: str = "",
    entry_id: int | None = None,
    address: str = "",
) -> AuditRecord:
    """Write one record in the caller's transaction; it stands only if what it tells of stands."""
    return AuditRecord.objects.create(
        act=act,
        actor_id=actor_id,
        model=row._meta.label if row is not None else "",
        object_id=str(row.pk) if row is not None else "",
        fields=sorted(fields),
        digest=digest,
        entry_id=entry_id,
        address=address,
    )


def fingerprint_of(values: Any) -> str:
    """The SHA-256 of changed values, whatever the order of their names."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def seal(limit: int = SEAL_AT_ONCE) -> int:
    """Chain up to `limit` waiting records in the order they were written; gives how many.

    One process at a time: others wait for the lock and then find the rest.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        waiting = list(AuditRecord.objects.unsealed()[:limit])
        end = end_of_chain()
        for each in waiting:
            each.number, each.previous = end.number + 1, end.sha256
            each.sha256 = each.fingerprint()
            end = Anchor(each.number, each.sha256)
        AuditRecord.objects.bulk_update(waiting, ["number", "previous", "sha256"], batch_size=100)
    return len(waiting)


def seal_all() -> int:
    """Chain all that waits; gives how many."""
    total = 0
    while sealed := seal():
        total += sealed
    return total


def end_of_chain() -> Anchor:
    """The last place of the chain and its fingerprint."""
    last = AuditRecord.objects.sealed().values_list("number", "sha256").last()
    return Anchor(*last) if last else Anchor(0, BEGINNING)


def faults(anchors: Sequence[Anchor] = ()) -> Iterator[Fault]:
    """Every place at which the trail is not what was written, from the first record on."""
    known = {anchor.number: anchor for anchor in anchors}
    number, previous = 0, BEGINNING
    for each in AuditRecord.objects.sealed().iterator(chunk_size=2000):
        place = str(each.number)
        if each.number != number + 1:
            yield Fault(place, _("the records before it are missing."))
        if each.previous != previous:
            yield Fault(place, _("it does not follow the record before."))
        if each.sha256 != each.fingerprint():
            yield Fault(place, _("it was changed after it was written."))
        if (anchor := known.pop(each.number, None)) and anchor.sha256 != each.sha256:
            yield Fault(place, _("it is not the one that the anchor names."))
        number, previous = each.number, each.sha256
    for anchor in known.values():
        yield Fault(str(anchor.number), _("the chain ends before this anchor."))
    yield from _changed_values()
    late = AuditRecord.objects.unsealed().filter(at__lt=timezone.now() - SEALED_WITHIN)
    if count := late.count():
        yield Fault(
            "–", _("{count} records wait to be chained; is beat running?").format(count=count)
        )


def _changed_values() -> Iterator[Fault]:
    """Entries of the change log whose values are not those of their record; erased ones may be."""
    records = AuditRecord.objects.filter(entry_id__isnull=False).order_by("pk")
    pairs = records.values_list("entry_id", "digest").iterator(chunk_size=1000)
    while chunk := dict(list(islice(pairs, 1000))):
        entries = LogEntry.objects.filter(pk__in=chunk).values_list("pk", "changes")
        for pk, changes in entries:
            if changes and fingerprint_of(changes) != chunk[pk]:
                yield Fault(
                    _("entry {pk} of the change log").format(pk=pk),
                    _("its values are not those that were recorded."),
                )
