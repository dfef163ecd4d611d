"""One person proposed for a cycle, by whom, and on which way."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, PersonalLink, Role, User
from accounts.moves import MoveRow
from hosts.models import HostRequest
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Agency, Application, Contact, OverseasOffice
from trainees.states import ApplicationState

from ..states import NOMINATION_OPEN, NominationState
from .recruitment import Opening


class NominationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "NominationQuerySet":
        """Staff see all; nominees what was sent to them; hosts their own selection; offices what
        was recruited through them.
        """
        if user.is_staff:
            return self
        mine = Q(invitation__accepted_by=user) | Q(application__trainee__user=user)
        offices = user.organisation_ids(Role.OVERSEAS_OFFICE)
        hosted = Q(
            host_request__answer__government__organisation__in=user.organisation_ids(
                Role.COORDINATOR
            )
        )
        recruited = Q(office__organisation__in=offices)
        return self.filter(mine | hosted | recruited).distinct()

    def waiting_for(self, user: User) -> "NominationQuerySet":
        """Nominations that this person was invited to and has not answered.

        A nominee whose address was shown to be theirs by another invitation needs no second link:
        what was sent to this address is theirs to answer.
        """
        theirs = Q(invitation__accepted_by=user)
        if user.has_role(Role.TRAINEE):
            theirs |= Q(invitation__email=user.email, invitation__accepted_by__isnull=True)
        return self.filter(
            theirs,
            state=NominationState.PROPOSED,
            application__cycle__state=Cycle.State.OPEN,
        )

    def counted(self) -> "NominationQuerySet":
        """What takes a place of a quota: open, and the person still takes part."""
        return self.filter(state__in=NOMINATION_OPEN).exclude(
            application__state=ApplicationState.WITHDRAWN
        )

    def looked_after_by(self, user: User) -> "NominationQuerySet":
        """Staff look after all, officers what came through their office, coordinators their own
        selection; never the nominee.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        hosts = user.organisation_ids(Role.COORDINATOR)
        own = Q(
            route=Route.OWN_SELECTION,
            host_request__answer__government__organisation__in=hosts,
        )
        offices = user.organisation_ids(Role.OVERSEAS_OFFICE)
        return self.filter(own | Q(office__organisation__in=offices))

    def with_people(self) -> "NominationQuerySet":
        """With what a list shows of the nominee and of who nominated."""
        return self.select_related(
            "application__trainee",
            "application__cycle__programme__operator",
            "application__sending_government__organisation",
            "invitation",
            "link__organisation",
            "office__organisation",
            "agency__organisation",
            "contact",
            "opening__host_request__answer__government__organisation",
            "opening__host_request__answer__government__prefecture__organisation",
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
        )


class Nomination(models.Model):
    """One person proposed for a cycle, and by own selection for one request of a host."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="nominations", verbose_name=_("application")
    )
    host_request = models.ForeignKey(
        HostRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("host request"),
    )
    route = models.CharField(_("way of selection"), max_length=20, choices=Route)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=NominationState,
        default=NominationState.PROPOSED,
        editable=False,
    )
    invitation = models.OneToOneField(
        Invitation,
        models.PROTECT,
        related_name="nomination",
        editable=False,
        verbose_name=_("invitation"),
    )
    nominated_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("nominated by"),
    )
    nominated_on = models.DateField(_("nominated on"))
    opening = models.ForeignKey(
        Opening,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("opening"),
    )
    office = models.ForeignKey(
        OverseasOffice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("overseas office"),
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("agency"),
    )
    link = models.ForeignKey(
        PersonalLink,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="nominations",
        editable=False,
        verbose_name=_("personal link"),
    )  # through which somebody without an account nominated
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("contact at the employer"),
    )  # who is asked for the statement
    nominator = models.CharField(
        _("nominated by (name)"), max_length=200, blank=True, editable=False
    )
    comment = models.TextField(_("remark of who nominates"), max_length=4000, blank=True)
    forwarded_at = models.DateTimeField(_("forwarded at"), null=True, editable=False)
    forwarded_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("forwarded by"),
    )
    office_comment = models.TextField(_("remark of the office"), max_length=4000, blank=True)
    office_rank = models.PositiveSmallIntegerField(
        _("order of the office"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        editable=False,
        verbose_name=_("replaces"),
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["-nominated_on", "-pk"]
        constraints = [
            # A person nominated in several ways (where the cycle allows it) has one dossier and one
            # nomination for each opening, by one host, and without either.
            models.UniqueConstraint(
                fields=["application", "opening"],
                condition=Q(state__in=NOMINATION_OPEN, opening__isnull=False),
                name="nomination_once_for_each_opening",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=NOMINATION_OPEN, host_request__isnull=False),
                name="nomination_one_own_selection",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(
                    state__in=NOMINATION_OPEN, opening__isnull=True, host_request__isnull=True
                ),
                name="nomination_once_for_the_cycle",
            ),
            models.CheckConstraint(
                condition=Q(route=Route.MEDIATED) | Q(host_request__isnull=False),
                name="nomination_own_selection_names_the_request",
            ),
            models.CheckConstraint(
                condition=~Q(state="forwarded") | Q(forwarded_at__isnull=False),
                name="nomination_forwarded_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["nominated_on", "id"], name="nomination_by_day")]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def named_request(self) -> HostRequest | None:
        """The request for which the person is nominated, by the host or through an office."""
        return self.host_request or (self.opening.host_request if self.opening else None)

    @property
    def is_open(self) -> bool:
        return self.state in NOMINATION_OPEN

    def proposer_in(self, language: str) -> str:
        """The body that has nominated: the sender or agency of the link, the host, the office, else
        the operator.
        """
        if self.link and self.link.organisation:
            return self.link.organisation.name_in(language)
        if self.host_request:
            return self.host_request.answer.government.full_name_in(language)
        if self.agency:
            return self.agency.organisation.name_in(language)
        if self.office:
            return self.office.organisation.name_in(language)
        return self.application.cycle.programme.operator.name_in(language)

    @property
    def proposer(self) -> str:
        return self.proposer_in(get_language() or "ja")


class NominationMove(MoveRow):
    """The history of a nomination."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a nomination")
        verbose_name_plural = _("moves of nominations")


class RequestWish(models.Model):
    """One request that a candidate wishes, in their order, with the reason."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="request_wishes", verbose_name=_("application")
    )
    host_request = models.ForeignKey(
        HostRequest, models.PROTECT, related_name="request_wishes", verbose_name=_("host request")
    )
    rank = models.PositiveSmallIntegerField(_("order"), validators=[MinValueValidator(1)])
    reason = models.TextField(_("reason"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("wished request")
        verbose_name_plural = _("wished requests")
        ordering = ["application", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "host_request"], name="request_wished_once"
            ),
            models.UniqueConstraint(fields=["application", "rank"], name="request_wish_rank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.host_request}"
