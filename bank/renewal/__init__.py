"""A new PIN for a customer who exists: reset by two members of staff, or changed with the old PIN.

approving.py  the acts of the two, and how far a reset is
tickets.py    a ticket for a new version of the credential
finish.py     check the proofs, and put the new verifier in the place of the old
routes.py     the HTTP interface

Errors::

    RenewalError
    +-- NoReset          nothing was approved here, or its time is over: two people ask anew
    +-- TooManyTickets   several were asked for and left: two people ask anew, or wait
    +-- RenewalOver      the ticket, its session or its version is over: begin anew
    `-- OtherRenewal     this ticket came with other contents: begin anew
"""
