"""The demo bank: certificates, keys, database, customers with synthetic fingers, and their money.

init.py     everything a demo needs, in order; run again it makes only what is missing
people.py   who the demo's customers are, from the configuration
fingers.py  their fingers: pictures that were grown, not taken
enrol.py    signing them up as a terminal would, PIN proof included
"""
