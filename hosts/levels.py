"""Which of the portal's five levels a host asks for when it names a level of a language test.

The matching compares applicants, who state one of five levels, with `HostRequest.level`. Hosts
name JLPT and CEFR levels. No source states how the two meet; the tables are ours, and lean towards
the lower level, so that nobody is left out by the portal alone.
"""

from schedule.vocabulary import EnglishLevel, JapaneseLevel, LanguageLevel, TrainingLanguage

OF_JAPANESE: dict[int | None, int] = {
    None: LanguageLevel.NONE,
    JapaneseLevel.N5: LanguageLevel.BASIC,
    JapaneseLevel.N4: LanguageLevel.EVERYDAY,
    JapaneseLevel.N3: LanguageLevel.EVERYDAY,
    JapaneseLevel.N2: LanguageLevel.WORKING,
    JapaneseLevel.N1: LanguageLevel.FLUENT,
}
OF_ENGLISH: dict[int | None, int] = {
    None: LanguageLevel.NONE,
    EnglishLevel.A1: LanguageLevel.BASIC,
    EnglishLevel.A2: LanguageLevel.EVERYDAY,
    EnglishLevel.B1: LanguageLevel.EVERYDAY,
    EnglishLevel.B2: LanguageLevel.WORKING,
    EnglishLevel.C1: LanguageLevel.FLUENT,
    EnglishLevel.C2: LanguageLevel.FLUENT,
}


def level_needed(language: str, japanese: int | None, english: int | None) -> int:
    """The level in the language of the training; in either language, the lower of those named."""
    named = {
        TrainingLanguage.JAPANESE: OF_JAPANESE[japanese],
        TrainingLanguage.ENGLISH: OF_ENGLISH[english],
    }
    if language in named:
        return named[TrainingLanguage(language)]
    stated = [level for level in named.values() if level]
    return min(stated, default=LanguageLevel.NONE)
