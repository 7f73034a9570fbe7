"""A session driven by hand: events in, effects collected, answers given by the test."""

from collections.abc import Callable
from typing import Any, TypeVar

from kiosk.screens import Account, Notes, Screen
from kiosk.session import Event, State, begin, step, view
from kiosk.session.answers import ServiceRead
from kiosk.session.effects import Effect, StartTimer, StopTimer
from kiosk.session.state import Limits, Login, Rules, Service, Timer
from protocol.messages.finger import Factor1Answer
from protocol.messages.signup import SignupTicket

RULES = Rules(
    currency="EUR",
    notes_taken_minor=(10000, 5000, 2000, 1000, 500),
    quick_minor=(2000, 5000, 10000, 20000),
    offered_minor=(1000, 2000, 5000, 10000, 20000, 50000),
    withdraw_each_minor=50000,
    transfer_each_minor=500000,
    deposit_each_minor=500000,
    deposit_notes=50,
    impressions_least=1,
)
SERVICE = Service(
    bank=True,
    servers=(("A", True), ("B", True)),
    can_withdraw=True,
    can_deposit=True,
    payable=(Notes(5000, 20), Notes(2000, 20), Notes(1000, 20)),
)
AMARA = Account("1000000001", "Everyday", "EUR")
SAVINGS = Account("1000000009", "Savings", "EUR")
BO = Account("1000000002", "Bo L.", "EUR")
FACTOR1 = Factor1Answer(account="A" * 22, record="AAAA", expires_at=1)
LIMITS = Limits(50000, 100000, 500000)
TICKET = SignupTicket(account="A" * 22, ver=1, ticket="AAAA")
E = TypeVar("E")


def login(name: str = "Amara", step_up_minor: int = 30000) -> Login:
    return Login(f"session-{name}", "A" * 22, name, (AMARA, SAVINGS), step_up_minor)


class Desk:
    """The state between two events, and what was asked for since."""

    def __init__(self, service: Service = SERVICE, rules: Rules = RULES) -> None:
        self.state, effects = begin(State(rules))
        self.effects: list[Effect] = list(effects)
        self.running: dict[int, float] = {}
        self._timers(effects)
        self.send(ServiceRead(service))

    def _timers(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case StartTimer(number, after_s):
                    assert number not in self.running
                    self.running[number] = after_s
                case StopTimer(number):
                    self.running.pop(number)

    def send(self, *events: Event) -> Screen:
        """Feed events; ``effects`` are those of the last one."""
        for event in events:
            self.state, effects = step(self.state, event)
            self.effects = list(effects)
            self._timers(effects)
        return self.screen

    @property
    def screen(self) -> Screen:
        return self.state.screen

    def show(self, kind: type[E]) -> E:
        assert isinstance(self.screen, kind), self.screen
        return self.screen

    def asked(self, kind: type[E]) -> E:
        """The one effect of that kind the last event asked for."""
        found = [e for e in self.effects if isinstance(e, kind)]
        assert len(found) == 1, self.effects
        return found[0]

    def did_not_ask(self, *kinds: type) -> None:
        assert not [e for e in self.effects if isinstance(e, kinds)], self.effects

    def answer(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Screen:
        """Answer the effect that is waited for."""
        number = self.state.waiting or self.state.reading
        return self.send(make(number, *args, **kwargs))

    def timer(self, timer: Timer) -> int:
        return dict(self.state.timers)[timer]

    def ring(self, timer: Timer, times: int = 1) -> Screen:
        from kiosk.session.answers import TimerRang

        for _ in range(times):
            number = self.timer(timer)
            del self.running[number]
            self.send(TimerRang(number))
        return self.screen

    @property
    def more_time_s(self) -> int | None:
        return view(self.state).more_time_s
