"""What an operator sees and does at the machine; pure, but for ``records`` and ``reboot``.

screens.py    what the operator's screens show: no customer's name, number or account
draft.py      the count sheet while it is being typed
counts.py     the device's counts beside the journal's
journal.py    the journal's records as lines an operator may read
records.py    the journal's records, read from its folder
reboot.py     the command that starts the computer again
self_test.py  what is looked at of the machine, and how each finding is judged

The session's side is ``kiosk.session.operator`` and ``kiosk.session.exchange``, the effects are
``kiosk.effects.operator``, and the safe itself is ``kiosk.machine.exchanges``.
"""
