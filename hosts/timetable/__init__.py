"""The pictures of a training programme: the year, week by week, and one week, hour by hour.

Plain data for a template: an SVG that is drawn by attributes alone, so that the page's policy and
the printing of a PDF take it as it is. A table beside it says the same in words.
"""

from .week import WeekPicture, week_picture
from .year import YearPicture, year_picture

__all__ = ["WeekPicture", "YearPicture", "week_picture", "year_picture"]
