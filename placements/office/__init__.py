"""The pages of an overseas office: what was offered to it, its bodies abroad, its nominations."""
