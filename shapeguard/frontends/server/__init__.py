"""The language server: findings, shapes and repairs in editors.

`app` speaks the protocol and never computes. What takes time is done by `work`, in processes of their own that
`Worker` starts, and ends where nobody waits for an answer any more. Importing this package imports no part of it.
"""
