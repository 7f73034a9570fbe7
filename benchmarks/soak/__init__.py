"""Random money under faults, and a judge of what came of it: ``make soak``.

history.py      what was asked, answered, read and stated: facts, nothing else
checker.py      pure: the violations in a history
holds.py        pure: one settlement a hold, and tombstones that refuse
statements.py   pure: every posting acknowledged is there once, and every balance follows
customer.py     a random customer at a terminal, over any `Line`
line.py         that line: mutual TLS to two servers, signatures, PIN proofs
world.py        a bank of its own: database, keys, servers A and B, terminals, customers
faults.py       what is killed, and when
run.py          the run: customers, faults, the quiet after them, the judgement
cli.py          the command line
"""
