"""The staff's pages of the recruitment of a cycle."""
