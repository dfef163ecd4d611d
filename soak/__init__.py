"""Long forms of the fault tests; `make soak` runs them all."""
