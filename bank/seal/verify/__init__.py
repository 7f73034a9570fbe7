"""`bank verify`: whether the ledger is what was published, signed and summed.

findings.py   what can be wrong, and how much of it is told
chain.py      entries beside the chain: changed, missing, inserted, reordered, rebuilt
published.py  heads that left the database beside the chain in it
signed.py     pure: one signed request beside the bank's decision about it
requests.py   all of them, on several processors
sums.py       sums that must agree
own.py        the bank's own entries and their signatures
command.py    the command line

Everything is read in one snapshot, as streams: memory does not grow with the ledger.
"""
