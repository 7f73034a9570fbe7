"""A machine's own cash: what the ledger has in it, and the count sheets that operators approve.

An *exchange* is the time between opening a machine's safe and closing it (``messages.operator``).

access.py      who may: the role operator, by finger, at an ATM
approving.py   a person's approval; the second person's of the same sheet makes it valid
reads.py       what the ledger has in the machine
routes.py      the HTTP interface

What was moved is booked by the machine's advices ``unload``, ``load``, ``surplus`` and ``shortage``
(``bank.movements``); those that nobody approved go to suspense and a case. There are no errors of
its own.
"""
