"""What is measured, one JSON line a figure: ``make bench``.

accuracy.py     error rates and speed of the fingerprint engine beside NBIS
journey.py      what a customer waits for: finger to menu, take to notes
soak/           random money under faults, and a judge of it: ``make soak``
start.py        from the command to the first frame and to the welcome screen; memory
verify.py       how long `bank verify` takes
"""
