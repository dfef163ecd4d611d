"""Official letters: numbered, printed once, never changed, checked by code.

A letter is drafted with the plain values that will be printed, and rendered by a task. The values
of the two notices:

`placement_notice.host` (Japanese, 受入決定通知書) and `placement_notice.trainee` (English, Notice
of Decision). Days are ISO dates, everything else is text or a number; keys with a question mark may
be missing or empty.

    fiscal_year             2027, of arrival
    programme_name_ja/_en   自治体職員協力交流事業 / Local Government Officials Training Program …
    trainee_title_ja?       what a trainee is called, 協力交流研修員 if empty
    request_name_ja?        what the host's request is called, 受入要望書 if empty
    sender_ja               {organisation, title, name, seal_note?}
    sender_en               {organisation, title, name}
    contact                 {unit_ja, unit_en, telephone, telephone_en?, email}
    addressee_lines         host: ["愛媛県西条市長"], 様 is added to the last;
                            trainee: name, office, government, country
    addressee_short_ja?     how the host is addressed in the text: 貴市, 貴県; 貴団体 if empty
    trainee                 {passport_name, katakana, kanji?, native_name?, salutation_en}
    sending                 {country_ja, country_en, organisation_ja, organisation_en}
    host                    {name_ja, prefecture_ja?, name_en, prefecture_en?}
    field_ja/_en            研修分野
    theme_ja/_en?           its subject in the host's words
    period                  {starts_on, ends_on, months?}
    specialised             {starts_on, ends_on}?
    orientation             {starts_on, ends_on, place_ja, place_en}?
    group_training          {starts_on, ends_on, place_ja, place_en}?
    route_ja/_en?           あっせん, 独自選考
    request_submitted_on?   the day of the host's request
    next_step_ja/_en?       one or two sentences, with the deadline in them
    next_step_deadline?     printed before the next step where the sentence does not name the day

`draft_letter` adds what only the register knows; a caller's value of the same name is replaced:
reference, issued_on, subject, check_code, verify_url, version, supersedes_reference (empty in a
first version) and supersedes_issued_on.
"""

from .drafting import (
    approve_letter,
    correct_letter,
    draft_letter,
    request_approval,
    withdraw_letter,
)
from .issuing import render_letter, render_waiting
from .keeping import LetterProblem, find_by_code, letter_bytes, verify_letters

__all__ = [
    "LetterProblem",
    "approve_letter",
    "correct_letter",
    "draft_letter",
    "find_by_code",
    "letter_bytes",
    "render_letter",
    "render_waiting",
    "request_approval",
    "verify_letters",
    "withdraw_letter",
]
