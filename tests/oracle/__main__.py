"""`python -m tests.oracle [ops | modules]`: what the linter says about torch's own cases, held against torch."""

import importlib
import sys

name = sys.argv[1] if len(sys.argv) > 1 else "ops"
sys.exit(importlib.import_module(f"tests.oracle.{name}").main(sys.argv[2:]))
