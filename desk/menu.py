"""The side menu of the staff desk."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """The side menu: the year's work first, then people and records."""

    def entry(title: object, icon: str, view: str) -> dict[str, object]:
        return {"title": title, "icon": icon, "link": reverse_lazy(view)}

    return [
        {
            "title": _("The cycle"),
            "items": [
                entry(_("Start page"), "home", "desk:start"),
                entry(_("Cycles"), "calendar_month", "admin:schedule_cycle_changelist"),
                entry(_("Survey answers"), "ballot", "admin:hosts_surveyanswer_changelist"),
                entry(_("Host requests"), "apartment", "admin:hosts_hostrequest_changelist"),
                entry(
                    pgettext_lazy("of hosts", "Training programmes"),
                    "school",
                    "admin:hosts_trainingprogramme_changelist",
                ),
                entry(
                    pgettext_lazy("thread", "Questions and answers"),
                    "forum",
                    "admin:accounts_thread_changelist",
                ),
                entry(_("Applications"), "description", "admin:trainees_application_changelist"),
                entry(
                    pgettext_lazy("dossier", "Papers"),
                    "task",
                    "admin:trainees_document_changelist",
                ),
                entry(_("Nominations"), "person_add", "admin:placements_nomination_changelist"),
                entry(_("Statements of employers"), "fact_check", "cases:statements"),
                entry(_("Placements"), "handshake", "admin:placements_placement_changelist"),
            ],
        },
        {
            "title": _("Letters and mails"),
            "items": [
                entry(_("Letters"), "mail", "admin:notices_letter_changelist"),
                entry(_("Mails"), "outbox", "admin:notices_mail_changelist"),
            ],
        },
        {
            "title": _("People and organisations"),
            "items": [
                entry(_("People"), "person", "admin:accounts_user_changelist"),
                entry(_("Invitations"), "forward_to_inbox", "admin:accounts_invitation_changelist"),
                entry(_("Personal links"), "link", "admin:accounts_personallink_changelist"),
                entry(_("Take-overs"), "key", "admin:accounts_takeover_changelist"),
                entry(
                    _("Local governments"),
                    "location_city",
                    "admin:hosts_localgovernment_changelist",
                ),
                entry(_("Ties"), "handshake", "admin:hosts_tie_changelist"),
                entry(
                    _("Sending governments"),
                    "public",
                    "admin:trainees_sendinggovernment_changelist",
                ),
                entry(_("Overseas offices"), "flight", "admin:trainees_overseasoffice_changelist"),
                entry(_("Trainees"), "badge", "admin:trainees_trainee_changelist"),
                entry(_("Records that may be one person"), "group", "desk:duplicates"),
                entry(
                    _("Organisations"), "corporate_fare", "admin:accounts_organisation_changelist"
                ),
            ],
        },
        {
            "title": _("Set-up and records"),
            "items": [
                entry(_("Programmes"), "settings", "admin:schedule_programme_changelist"),
                entry(_("Deadlines"), "event", "admin:schedule_deadline_changelist"),
                entry(_("Kinds of documents"), "folder", "admin:trainees_documentkind_changelist"),
                entry(_("Rules of documents"), "rule", "admin:trainees_documentrule_changelist"),
                entry(_("Spreadsheets"), "table", "desk:sheets"),
                entry(_("Received files"), "attach_file", "admin:files_storedfile_changelist"),
                entry(_("Change log"), "history", "admin:auditlog_logentry_changelist"),
                *(
                    [entry(_("Audit trail"), "shield", "admin:accounts_auditrecord_changelist")]
                    if request.user.is_superuser
                    else []
                ),
            ],
        },
    ]
