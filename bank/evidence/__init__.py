"""Evidence of one movement, for somebody who does not have the bank's database (MONEY.md 5).

bundle.py   what is handed out, one file of JSON
gather.py   from the database and the published heads to a bundle
check.py    pure: what a bundle proves, and what not
cli.py      ``bank evidence``

Errors::

    EvidenceError
    +-- NoSuchMovement   the bank has no such request
    `-- NoBundle         not a file that `bank evidence` wrote
"""
