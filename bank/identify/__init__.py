"""Factor 1: who stands there, by finger or by number (DESIGN.md 4, PIN.md 1).

gallery.py   every enrolled finger in memory, brought up to date before each search
probes.py    probes seen: none twice, few that belong to nobody
factor1.py   the signed record of how a customer was found
identify.py  from a probe, or a number, to such a record
routes.py    the HTTP interface

Errors::

    IdentifyError
    +-- BadProbe             not a template: read the finger again
    +-- NotIdentified        nobody's finger here: another finger, or the number
    +-- NumberNeeded         two are close, or there are too many to be sure: ask for the number
    +-- ProbeReplayed        these bytes were shown before: read the finger again
    +-- TooManyProbes        this terminal has shown too many that belong to nobody: wait
    +-- NoNumberLogin        the bank does not let in by number: a finger is needed
    `-- RecordInvalid        no factor 1 record of this bank for this terminal and credential
"""
