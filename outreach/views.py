"""The public site and the page where anybody checks a letter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from notices.letters import find_by_code
from notices.models import Letter
from notices.states import LetterState

from .forms import CodeForm
from .prefectures import PREFECTURES
from .queries import host_counts
from .questions import QUESTIONS
from .year import FISCAL, GRID, ROWS, SCALE

# The least number of each shade, from the darkest; the legend prints the same steps.
SHADES = [(50, "v5"), (30, "v4"), (20, "v3"), (10, "v2"), (1, "v1"), (0, "v0")]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, for those who do not know it yet."""
    counts = host_counts()
    tiles = [
        {"place": place, "count": counts.get(place.code, 0), "shade": _shade(counts, place.code)}
        for place in PREFECTURES
    ]
    context = {
        "tiles": tiles,
        "any_count": any(counts.values()),
        "rows": ROWS,
        "scale": SCALE,
        "grid": GRID,
        "fiscal": FISCAL,
        "questions": QUESTIONS,
        "form": CodeForm(),
    }
    return render(request, "outreach/home.html", context)


def _shade(counts: dict[str, int], code: str) -> str:
    count = counts.get(code, 0)
    return next(shade for least, shade in SHADES if count >= least)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to use the portal."""
    return render(request, "outreach/page_help.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done for everybody's access, what is not known, and whom to tell."""
    return render(request, "outreach/page_accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, for how long, and their rights."""
    return render(request, "outreach/page_privacy.html")


@require_http_methods(["GET", "HEAD", "POST"])
def verify_form(request: HttpRequest) -> HttpResponse:
    """Take a typed code to its own address; a page without a code asks for one."""
    typed = request.POST if request.method == "POST" else request.GET
    form = CodeForm(typed if "code" in typed else None)
    if form.is_bound and form.is_valid():
        return redirect("verify:letter", code=form.cleaned_data["code"])
    return render(request, "outreach/verify_form.html", {"form": form})


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Say of a letter what its holder can compare; unknown and malformed codes look alike."""
    letter = find_by_code(code)
    if letter is None:
        return render(request, "outreach/verify_unknown.html", {"form": CodeForm()}, status=404)
    context = {"letter": letter, "newest": _newest(letter), "form": CodeForm()}
    return render(request, "outreach/verify.html", context)


def _newest(letter: Letter) -> Letter:
    """The last of the letters that replaced this one, or the letter itself."""
    newest = letter
    while later := newest.corrections.issued().exclude(state=LetterState.WITHDRAWN).first():
        newest = later
    return newest
