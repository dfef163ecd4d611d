"""The name pack: forty hard names, as people of the world have them, and how each is written."""
