"""Contracts enforced while the program runs. The public names are those of `shapeguard` itself."""
