"""The bank's side of the PIN proof (PIN.md 4 to 6).

start.py    spend a try, evaluate the blinded PIN, issue a token
finish.py   burn the token's nonce, check the proof, open a session
proofs.py   the same for a movement or an act: a proof over its bytes
registering.py  the proof behind a new PIN
checking.py what finish and proofs share: token, nonce, two verifications
store.py    the database's functions for it
tickets.py  the signed ticket that a new PIN's registration is bound to
servers.py  which servers' tokens are good
routes.py   the HTTP interface

Errors::

    PinError
    +-- BadStart          the message contradicts itself: do not send it again
    +-- BadChallenge      record, ticket or token are not of this bank for this: a new attempt
    +-- ChallengeExpired  they are, but too late: a new attempt, or factor 1 again
    +-- Replayed          this attempt, token or record is used up: a new attempt
    +-- Rejected          not the PIN, or nobody's: the person may try again
    +-- Locked            too many tries; only said where factor 1 matched: the finger, or a branch
    `-- TooManyStarts     the terminal's share is used up for now: wait
"""
