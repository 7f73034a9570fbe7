"""Movements: signed orders and advices, and the bank's stored decision about each (MONEY.md).

verify.py    whose signature, over which order; nothing is looked up before that
submit.py    the order of checks from a verified request to its stored decision
starts.py    room for new movements, and always some for advices
answer.py    the answer's bytes from the stored fields, the same at every replay
deposits.py  whether notes may be taken
importing.py advices of a machine that cannot bring them itself, by hand
routes.py    POST /v1/movements, POST /v1/deposits/check

Errors::

    MovementError
    +-- BadMovement       not a request of this kind: send something else
    +-- NotSigned         not signed with a certificate of this terminal
    +-- TerminalDenied    the terminal may start nothing new; its advices are welcome
    `-- ChainRefused      the same, until the bank knows the terminal's journal again

and those of `bank.ledger`.
"""
