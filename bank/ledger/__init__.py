"""The ledger: double entry, append-only, integer minor units.

The rules live in the database (`bank/store/migrations/sql`), where one statement decides a batch of
requests and commits them; here is what calls it.

item.py        a verified request as the money statement takes it
statement.py   the one statement that moves money, and the stored answer's row
queue.py       what waits to be sent: advices before starts
batcher.py     many movements in one statement
accounts.py    accounts opened and closed

Errors::

    LedgerError
    +-- InProgress     the same request is being worked on elsewhere: ask again
    +-- OtherBody      the uid is taken by other bytes: never ask again
    `-- Overloaded     too much waits, this was not sent: ask another server
"""
