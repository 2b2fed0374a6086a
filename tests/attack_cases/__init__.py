"""What `tests/attack` does: tables with small groups, and an attacker who knows all that is shown of them."""
