"""What newcomers ask, answered after the pamphlet's questions and answers and the English page."""

from django.utils.translation import gettext_lazy as _

QUESTIONS = [
    (
        _("How long does a trainee stay?"),
        _(
            "About six months to a year, orientation and group training included. "
            "You name the months that suit you."
        ),
    ),
    (
        _("What does the host have to do?"),
        _(
            "Decide on the training programme: what is taught, where and by whom. "
            "Hours and treatment are also the host’s to set; the hours may follow those "
            "of its own staff."
        ),
    ),
    (
        _("Which fields are possible?"),
        _(
            "Any. Common ones are general administration, international exchange, environment, "
            "health, commerce, tourism, agriculture, civil engineering, water, education, "
            "city planning, fire service and police."
        ),
    ),
    (
        _("Must all of the training take place in our offices?"),
        _("No. Parts of it may be given by local companies and organisations."),
    ),
    (
        _("Who chooses the trainee?"),
        _(
            "The Ministry of Internal Affairs and Communications and CLAIR recruit and select "
            "according to your wishes. Or you choose yourself, from a sister city or another "
            "partner with strong ties."
        ),
    ),
    (
        _("Who can become a trainee?"),
        _(
            "An employee of an overseas local government with good spoken English or Japanese, "
            "who is expected to lead in the field. National officials are accepted where they do "
            "the work that local governments do in Japan."
        ),
    ),
    (
        _("What does it cost, and who pays?"),
        _(
            "The host pays the air fare both ways, lodging, a living allowance, the training "
            "and travel within Japan. The local allocation tax provides for it: the ordinary one "
            "for prefectures, the special one for designated cities and municipalities."
        ),
    ),
    (
        _("What does CLAIR do?"),
        _(
            "With the Ministry, it finds the trainee, works with the authorities before the "
            "arrival, meets the trainee at the airport, and holds the orientation in Tokyo and "
            "the group training at JIAM."
        ),
    ),
]
