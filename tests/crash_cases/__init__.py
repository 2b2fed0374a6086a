"""What `tests/crash` does: a workspace whose every state is known, and what is done to it."""
