"""A machine whose journal cannot be used: without one no money may move."""

from kiosk.effects.cash import Report
from kiosk.effects.ports import Prove
from kiosk.screens import MoneyState, Problem
from kiosk.session.answers import MoneyDone
from kiosk.session.effects import OpenSlot, PayOut, SendMoney
from kiosk.session.state import Service


class NoJournal:
    """The cash port of a machine whose journal cannot be used: it serves nobody."""

    def service(self) -> Service:
        """Out of service, until an operator has acted and the kiosk is started again."""
        return Service(out_of_service=Problem.MACHINE_FAULT)

    def withdraw(self, effect: PayOut, _prove: Prove | None, _report: Report, /) -> MoneyDone:
        """Nothing."""
        return _never(effect.number)

    def transfer(self, effect: SendMoney, _prove: Prove, _report: Report, /) -> MoneyDone:
        """Nothing."""
        return _never(effect.number)

    def deposit_begin(self, effect: OpenSlot, _report: Report, /) -> MoneyDone:
        """Nothing."""
        return _never(effect.number)

    def deposit_count(self, number: int) -> MoneyDone:
        """Nothing."""
        return _never(number)

    def deposit_more(self, number: int) -> MoneyDone:
        """Nothing."""
        return _never(number)

    def deposit_store(self, number: int) -> MoneyDone:
        """Nothing."""
        return _never(number)

    def deposit_return(self, number: int) -> MoneyDone:
        """Nothing."""
        return _never(number)


def _never(number: int) -> MoneyDone:
    return MoneyDone(number, False, Problem.MACHINE_FAULT, MoneyState.UNTOUCHED, 0, "", True)
