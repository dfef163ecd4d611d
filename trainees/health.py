"""What the health declaration asks. The answers are kept encrypted, and only with a consent."""

from django.utils.translation import gettext_lazy as _

QUESTIONS = {
    "treatment": _("Are you under treatment by a doctor, or do you take medicine regularly?"),
    "illness": _("Have you been in hospital or had an operation in the last five years?"),
    "chronic": _(
        "Do you have a lasting illness, for example of the heart or the lungs, diabetes, epilepsy "
        "or asthma?"
    ),
    "tuberculosis": _("Have you had tuberculosis, or lived with somebody who had it?"),
    "mind": _("Have you been treated for your mental health in the last five years?"),
    "allergy": _("Do you have allergies to food, medicine or animals?"),
    "assistance": _("Do you need assistance or aids, for example for walking, seeing or hearing?"),
    "work": _("Is there work that you cannot do for your health?"),
}
DETAILS = "details"
