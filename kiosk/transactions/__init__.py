"""Money in motion: withdrawal, deposit and transfer, each a pure ``step`` over a frozen state.

``acts`` are the events and effects of the steps, ``words`` the words of the journal, ``driver``
performs the effects. ``kiosk.machine`` is the door to all this.
"""
