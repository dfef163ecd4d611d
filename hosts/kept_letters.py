"""The letters of relays lie in the store of letters, and are verified with them."""

from collections.abc import Iterator

from notices.letters.keeping import LetterProblem, files_of_nobody, verified_with_letters

from .models import RelayLetter
from .relay_letters import FOLDER, RelayLetterDamaged, letter_content


@verified_with_letters
def relay_letter_problems() -> Iterator[LetterProblem]:
    """A letter whose bytes are missing or others than those that were made final, and a file that
    is nobody's.
    """
    final = RelayLetter.objects.filter(state__in=RelayLetter.FROZEN)
    for letter in final.order_by("pk").iterator():
        try:
            letter_content(letter)
        except RelayLetterDamaged as damage:
            yield LetterProblem(str(letter), str(damage))
    yield from files_of_nobody(final.values_list("sha256", flat=True), FOLDER)
