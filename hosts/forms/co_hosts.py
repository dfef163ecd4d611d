"""Governments that host together with the one that asks, named by their code or their name."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from japan.text import normalise, search_key

from ..models import CoHost, HostRequest, LocalGovernment
from ..models.requests import with_names

CO_HOSTS = 3
_WITH_PREFECTURE = re.compile(r"(.{2,3}[都道府県]) ?(.+)")
_CODE = re.compile(r"([0-9]{6})(?: .*)?")


def find_government(text: str) -> LocalGovernment:
    """The one government of this code or name. ValidationError with what to type instead."""
    typed = normalise(text)
    rows = LocalGovernment.objects.existing(timezone.localdate()).select_related(
        "organisation", "prefecture__organisation"
    )
    if code := _CODE.fullmatch(typed):
        if found := rows.filter(code=code[1]).first():
            return found
        raise forms.ValidationError(_("There is no local government of this code."))
    key = search_key(typed)
    candidates = list(rows.named_like(typed)[:200]) if key else []
    if not candidates and (both := _WITH_PREFECTURE.fullmatch(typed)):
        candidates = list(rows.filter(prefecture__name=both[1]).named_like(both[2])[:200])
    named = [row for row in candidates if key in _names(row)]
    found = named or candidates
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(
            _("No local government has this name. Type its name as it is written, or its code.")
        )
    comma = pgettext("between names", ", ")
    some = comma.join(f"{row.full_name} ({row.code})" for row in found[:5])
    raise forms.ValidationError(
        _("Several have this name: {names}. Type the code of the one you mean.").format(names=some)
    )


def _names(row: LocalGovernment) -> set[str]:
    names = [row.name, row.kana, row.romaji, row.full_name_in("ja"), row.full_name_in("en")]
    return {search_key(name) for name in names}


def as_typed(government: LocalGovernment) -> str:
    return f"{government.code} {government.full_name_in('ja')}"


class CoHostsMixin(forms.BaseModelForm):
    """Three lines of a form: a government and the part that it takes."""

    def __init__(self, *args, instance: HostRequest, initial: dict | None = None, **kwargs):
        stand: dict[str, str] = {}
        for n, row in enumerate(instance.together[:CO_HOSTS], start=1):
            stand |= {f"co_host_{n}": as_typed(row.government), f"co_host_{n}_part": row.part_ja}
        super().__init__(*args, instance=instance, initial={**stand, **(initial or {})}, **kwargs)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        self._named: list[tuple[LocalGovernment, str]] = []
        for n in range(1, CO_HOSTS + 1):
            name, part = f"co_host_{n}", cleaned.get(f"co_host_{n}_part") or ""
            typed = cleaned.get(name) or ""
            if not typed:
                if part and name not in self.errors:
                    self.add_error(name, _("Name the government that takes this part."))
                continue
            try:
                self._named.append((self._co_host(typed), part))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def _co_host(self, typed: str) -> LocalGovernment:
        government = find_government(typed)
        if government.pk == self.instance.answer.government_id:
            raise forms.ValidationError(_("This is your own government; name the other ones."))
        if any(government == named for named, _part in self._named):
            raise forms.ValidationError(_("This government is named already."))
        return government

    def save(self, commit: bool = True) -> HostRequest:
        host_request = super().save(commit=commit)
        rows = list(with_names(host_request.co_hosts.all()))
        # What the form has no line for (from elsewhere) stays as it is.
        shown, kept = rows[:CO_HOSTS], {row.government_id for row in rows[CO_HOSTS:]}
        if [(row.government, row.part_ja) for row in shown] != self._named:
            host_request.co_hosts.filter(pk__in=[row.pk for row in shown]).delete()
            for government, part in self._named:
                if government.pk not in kept:
                    CoHost.objects.create(
                        host_request=host_request, government=government, part_ja=part
                    )
        return host_request

    def co_host_lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        numbers = range(1, CO_HOSTS + 1)
        return [(self[f"co_host_{n}"], self[f"co_host_{n}_part"]) for n in numbers]


def co_host_fields() -> dict[str, forms.CharField]:
    """The fields of the lines, for the form that takes them."""
    fields = {}
    for n in range(1, CO_HOSTS + 1):
        fields[f"co_host_{n}"] = forms.CharField(
            label=gettext_lazy("Government that hosts with you"),
            max_length=60,
            required=False,
            help_text=gettext_lazy("Its name, for example 今治市, or its six-digit code."),
        )
        fields[f"co_host_{n}_part"] = forms.CharField(
            label=gettext_lazy("What it takes over"), max_length=300, required=False
        )
    return fields
