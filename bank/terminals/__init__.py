"""Terminals: who they are, the chains of their signed requests, and what they say at boot.

registry.py   terminals, their certificates, and which certificate is whose
hello.py      what is exchanged at boot and at close of business
opening.py    a new chain in place of one that was lost, by two people
watch.py      what time alone makes alarming: old holds, gaps in a chain
routes.py     POST /v1/hello
cli.py        list terminals, deny or release one
"""
