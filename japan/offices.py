"""Addresses by which an office of the Japanese public sector is known."""

import re

# Local governments (.lg.jp), the state (.go.jp), and the regional names of prefectures, cities,
# towns and villages from before, such as city.saijo.ehime.jp or metro.tokyo.jp.
_OFFICE = re.compile(
    r"(^|\.)(lg|go)\.jp$"
    r"|(^|\.)(city|town|vill|pref|metro)(\.[a-z0-9-]+){1,3}\.jp$"
    r"|(^|\.)(pref\.[a-z]+|metro\.tokyo)\.jp$"
)


def is_office_address(email: str) -> bool:
    """Whether a mail address is an office's by its domain; other ones may be, but have to be asked
    for.
    """
    _name, at, domain = email.strip().lower().rpartition("@")
    return bool(at) and bool(_OFFICE.search(domain))
