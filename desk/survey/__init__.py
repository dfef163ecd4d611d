"""The demand survey as staff see it: composed, opened, watched, reminded, closed."""
