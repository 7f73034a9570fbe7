"""A kiosk played by a script, without a screen: for tests, faults and the tour.

One command a line, ``#`` begins a comment, words may be quoted as in a shell:

    finger PATH                        offer a picture; waits for the PIN or a word about it
    number TEXT                        account number, user name or phone in place of a finger
    pin DIGITS                         type the PIN and press Enter; waits for what follows
    withdraw SUM [fewest|mixed|small]  choose and Take; takes the notes where devices are simulated
    deposit NOTExCOUNT ...             put notes into the simulated slot, count, store
    return NOTExCOUNT ...              the same, but give up and take the notes back
    amount SUM [fewest|mixed|small]    choose only: the notes are shown, ``confirm`` takes them
    insert NOTExCOUNT ...              count only: ``confirm`` stores the notes, ``cancel`` returns
    finish                             wait for the end of a movement, taking what is in the tray
    transfer SUM to WHOM for TEXT ...  up to the PIN, which follows as ``pin``
    signup USER FIRST LAST PHONE PIN PATH ...
    operator CHOICE                    from an operator's menu: counts, replenish, balance,
                                       self_test, journal, out_of_service, restart ...
    sheet COUNT ...                    the count sheet's fields in turn; goes on if it is whole
    balance | statement | back | cancel | confirm | logout
    take                               take the notes in the simulated tray
    fault NAME | fault none            arm a fault of the simulated device
    sleep SECONDS
    await FILE                         wait until the file is there: it is another program's turn
    expect SCREEN [KEY=VALUE ...]      the screen's class, as ``Menu``, and fields of it

Sums are in major units: ``60`` or ``25.00``. Each new screen is printed as one line of JSON.

    ScriptError      base
    +-- BadScript    a line cannot be understood; nothing was done
    +-- NotReached   the kiosk did not get where a line wanted it
    +-- Restarting   an operator has asked for a restart: the program ends with status 75
"""

from kiosk.headless.player import Player
from kiosk.headless.script import (
    BadScript,
    Line,
    NotReached,
    Restarting,
    ScriptError,
    parse_script,
)

__all__ = ["BadScript", "Line", "NotReached", "Player", "Restarting", "ScriptError", "parse_script"]
