"""Watching a program from inside: which shapes its functions take and return. It reads metadata, and no contents."""
