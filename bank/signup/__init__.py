"""Sign-up: details and fingers, then the PIN's proof, then the customer exists.

begin.py    check details and fingers, keep them sealed, give a ticket
finish.py   check the proof, make the customer and open an account
routes.py   the HTTP interface

Errors::

    SignupError
    +-- Taken             another customer has this user name: choose another
    +-- FingerKnown       the finger is a customer's already: log in
    +-- FingersDiffer     the pictures are not of one finger: read it again
    +-- PoorFinger        too few good pictures, or one that is not good enough: read it again
    +-- OtherSignup       this uid or ticket came with other contents: start a new sign-up
    +-- SignupOver        the ticket's time is over: start a new sign-up
    +-- SignupClosed      this bank, or this terminal, takes no sign-ups
    `-- TooManySignups    too many were begun here and left: wait
"""
