"""`python -m shapeguard` is the `shapeguard` command."""

import sys

from shapeguard.frontends.cli import main

if __name__ == "__main__":
    sys.exit(main())
