"""The programme's own words that several apps share."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeadlineCode(StrEnum):
    """The deadlines that the portal asks for by their code; a programme may have further ones."""

    SURVEY_MUNICIPALITY = "survey-municipality"
    SURVEY_DIRECT = "survey-direct"
    SURVEY_RELAY = "survey-relay"
    APPLICATION = "application"
    DECISION = "decision"
    COE_PAPERS = "coe-papers"


class TrainingField(models.TextChoices):
    """The usual fields of training; the pamphlet (Q3) names these, and any other is possible."""

    GENERAL = "general", _("general administration")
    EXCHANGE = "exchange", _("international exchange")
    ENVIRONMENT = "environment", _("environment")
    HEALTH = "health", _("health and medicine")
    ECONOMY = "economy", _("commerce, industry and economy")
    TOURISM = "tourism", _("tourism")
    AGRICULTURE = "agriculture", _("agriculture")
    CIVIL_ENGINEERING = "civil_engineering", _("civil engineering")
    ARCHITECTURE = "architecture", _("architecture")
    WATER = "water", _("water supply and sewerage")
    EDUCATION = "education", _("education")
    CITY_PLANNING = "city_planning", _("city planning")
    FIRE = "fire", _("fire service")
    POLICE = "police", _("police")
    OTHER = "other", _("another field")


class TrainingLanguage(models.TextChoices):
    """In which language the training is given (pamphlet, Q6: spoken English or Japanese)."""

    JAPANESE = "japanese", _("Japanese")
    ENGLISH = "english", _("English")
    EITHER = "either", _("Japanese or English")


class LanguageLevel(models.IntegerChoices):
    """How well a language is spoken; the numbers are only an order."""

    NONE = 0, _("not at all")
    BASIC = 1, _("a few words")
    EVERYDAY = 2, _("everyday conversation")
    WORKING = 3, _("conversation at work")
    FLUENT = 4, _("fluent")


class JapaneseLevel(models.IntegerChoices):
    """The levels of the Japanese-Language Proficiency Test; the numbers are only an order."""

    N5 = 1, "N5"
    N4 = 2, "N4"
    N3 = 3, "N3"
    N2 = 4, "N2"
    N1 = 5, "N1"


class EnglishLevel(models.IntegerChoices):
    """The levels of the Common European Framework (CEFR); the numbers are only an order."""

    A1 = 1, "A1"
    A2 = 2, "A2"
    B1 = 3, "B1"
    B2 = 4, "B2"
    C1 = 5, "C1"
    C2 = 6, "C2"


class Route(models.TextChoices):
    """The two ways of selection (pamphlet, Q5)."""

    MEDIATED = "mediated", _("recruited by CLAIR")
    OWN_SELECTION = "own_selection", _("own selection by the host")
