"""Suspended cases: where it is not sure where money is, two people decide by a new entry.

reads.py     a case beside what the ledger has of it
closing.py   what a member of staff found; the second equal finding closes the case
routes.py    the HTTP interface; the act itself goes to /v1/staff/acts

Errors::

    CaseUnknown   no case has this number
"""


class CaseUnknown(Exception):
    """No case has this number."""
