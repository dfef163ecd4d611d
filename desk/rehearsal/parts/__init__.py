"""What happens in the phases of the year. A later phase adds its module here and to this list."""

MODULES = ["survey", "recruitment"]
