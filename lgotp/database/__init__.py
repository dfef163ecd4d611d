"""PostgreSQL as Django speaks to it, with an end to its silence; `lgotp/settings.py` names it."""
