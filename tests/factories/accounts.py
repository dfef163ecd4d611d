"""People, organisations and memberships."""

import uuid

import factory
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from factory.django import DjangoModelFactory

from accounts.models import Membership, Organisation, Role, User
from accounts.second_factor import has_second_factor, mark_passed
from hosts.models import LocalGovernment


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.LOCAL_GOVERNMENT
    name_ja = factory.Sequence(lambda n: f"第{n}団体")
    name_en = factory.Sequence(lambda n: f"Body {n}")


class UserFactory(DjangoModelFactory):
    """A person without a password and without a membership."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.jp")
    name = factory.Sequence(lambda n: f"越智 美咲 {n}")
    language = "ja"
    password = factory.LazyFunction(lambda: make_password(None))


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.COORDINATOR


def give_second_factor(user: User) -> User:
    """Without it every page but its set-up is closed to officials."""
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": uuid.uuid4().hex}
    )
    return user


@receiver(user_logged_in)
def pass_second_factor(request, user: User, **kwargs) -> None:
    """`client.force_login` stands for a whole sign-in, the second factor included. Its request has
    no address; a sign-in through a page has one and shows the factor itself.
    """
    if not request.path and has_second_factor(user):
        mark_passed(request.session, user)


def member_of(organisation: Organisation, role: str, **fields) -> User:
    """A person with this role for this organisation, ready to sign in."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, organisation=organisation, role=role)
    return give_second_factor(user)


def coordinator_of(government: LocalGovernment, **fields) -> User:
    """A coordinator of this local government, ready to sign in."""
    return member_of(government.organisation, Role.COORDINATOR, **fields)


def relay_officer_of(prefecture: LocalGovernment, **fields) -> User:
    """A relay officer of this prefecture, ready to sign in."""
    return member_of(prefecture.organisation, Role.RELAY, **fields)


def staff_member(role: str = Role.STAFF, **fields) -> User:
    """A person of the operator, ready to sign in."""
    return member_of(OrganisationFactory(kind=Organisation.Kind.OPERATOR), role, **fields)
