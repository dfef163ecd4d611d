"""Asking the scanner about what it has not looked at, until it answers."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ..models import Scan, StoredFile
from .scanning import ScannerFault, Verdict, harmful_found, is_scanner_set, scan
from .storing import FileDamaged, kept_bytes_of, shut_away

AT_ONCE = 20
ASKED_AGAIN = timedelta(
    seconds=150
)  # longer than a scanner takes, so that no two sweeps ask at once
FAULTS_MOST = 3  # a scanner that is away is not asked about all of them

log = logging.getLogger(__name__)


def scan_waiting() -> int:
    """Have what waits scanned, the oldest first; gives how many were decided.

    What came in before a scanner was set up waits as well. Where the scanner is away, nothing is
    decided, and a later sweep asks again; what it cannot decide goes behind the others.
    """
    if not is_scanner_set():
        return 0
    now = timezone.now()
    waiting = StoredFile.objects.filter(scan__in=[Scan.WAITING, Scan.NONE])
    not_asked = Q(scanned_at__isnull=True) | Q(scanned_at__lt=now - ASKED_AGAIN)
    waiting = waiting.filter(not_asked)
    decided = faults = 0
    oldest = F("scanned_at").asc(nulls_first=True)
    for stored in waiting.order_by(oldest, "uploaded_at", "pk")[:AT_ONCE]:
        if faults == FAULTS_MOST:
            break
        if not StoredFile.objects.filter(not_asked, pk=stored.pk).update(scanned_at=now):
            continue  # another sweep is asking
        try:
            decided += decide(stored, scan(kept_bytes_of(stored)))
        except ScannerFault as fault:
            log.warning("The scanner decided nothing: %s", fault)
            faults += 1
        except FileDamaged:
            log.warning("A file that waits for the scanner is damaged: %s", stored.public_id)
    return decided


@transaction.atomic
def decide(stored: StoredFile, verdict: Verdict) -> bool:
    """Write down what the scanner said; what is harmful is shut away, and staff are told. False
    where somebody else has written it down before.
    """
    locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if locked.scan not in {Scan.WAITING, Scan.NONE}:
        return False
    locked.scan = Scan.CLEAN if verdict.is_clean else Scan.HARMFUL
    locked.scanned_at = timezone.now()
    locked.scanned_with = verdict.scanner
    if not verdict.is_clean:
        locked.key = shut_away(locked)
    locked.save(update_fields=["scan", "scanned_at", "scanned_with", "key"])
    if not verdict.is_clean:
        log.warning("A file was found harmful: %s", locked.public_id)
        harmful_found.send(StoredFile, stored=locked, found=verdict.found)
    return True
