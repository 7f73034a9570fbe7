"""Anything may happen in any order: touches, late and lost answers, timers. What always holds."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk import events as ev
from kiosk import screens as sc
from kiosk.session import State, answers, begin, step, view
from kiosk.session import effects as e
from kiosk.session.state import Login, Service, Timer
from tests.kiosk.session.outside import NOTES, PEOPLE, answers_to
from tests.kiosk.session.touches import BUTTONS, ENDS, PURPOSES, USER_EVENTS
from tests.kiosk.session.world import BO, FACTOR1, LIMITS, RULES, SERVICE

FREE = (sc.Welcome, sc.Goodbye, sc.OutOfService, sc.Wait)
LOGGED_IN = (
    sc.Menu,
    sc.Withdraw,
    sc.DepositInsert,
    sc.DepositReview,
    sc.TransferPayee,
    sc.TransferAmount,
    sc.TransferText,
    sc.TransferReview,
    sc.Balance,
    sc.Statement,
)
MONEY = (e.PayOut, e.SendMoney, e.StoreNotes, e.ReturnNotes, e.CountNotes, e.OpenSlot, e.ReopenSlot)
PROGRESS = (answers.Working, answers.CashPresented, answers.NotesOffered)
READS_PIN = (e.ProveLogin, e.SendMoney, e.KeepNewPin, e.MatchNewPin)


class Kiosk(RuleBasedStateMachine):
    """The world answers what it was asked: now, later, twice, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[int, e.Effect]] = []
        self.answered: list[answers.Answer] = []
        self.timers: set[int] = set()
        self.logins = 0
        self.sessions: set[str] = set()
        self.pin = 0
        self.kept = False
        self.money: e.Effect | None = None
        self.escrow = False
        self.state, effects = begin(State(RULES))
        self._see(effects)

    # The world

    def feed(self, event: object) -> None:
        before = self.state
        self.state, effects = step(before, event)  # type: ignore[arg-type]
        again = step(before, event)  # type: ignore[arg-type]
        assert again == (self.state, effects), "step is pure"
        self._see(effects)
        self._check_step(before)

    def _see(self, effects: tuple[e.Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case e.StartTimer(number):
                    assert number not in self.timers
                    self.timers.add(number)
                case e.StopTimer(number):
                    assert number in self.timers
                    self.timers.remove(number)
                case e.PutDigit():
                    self.pin += 1
                case e.TakeDigit():
                    self.pin -= 1
                case e.WipePin():
                    self.pin = 0
                case e.WipeAllPins():
                    self.pin, self.kept = 0, False
                case e.EndSession(login):
                    self.sessions.discard(login.session)
                case e.FinishSignup():
                    assert self.kept
                    self.kept = False
            if isinstance(effect, READS_PIN) or getattr(effect, "with_pin", False):
                assert 4 <= self.pin <= 12, "a proof has a whole PIN"
                self.pin = 0
            if isinstance(effect, e.KeepNewPin):
                self.kept = True
            if isinstance(effect, MONEY):
                assert self.money is None, "one act with money at a time"
                self.money = effect
            if getattr(effect, "number", 0) and not isinstance(
                effect, e.StartTimer | e.StopTimer | e.StopReading
            ):
                self.open.append((self.state.visit, effect))

    def _check_step(self, before: State) -> None:
        was, now = before.customer, self.state.customer
        if was is not None and now is not None:
            assert was.login == now.login, "a customer never becomes another one"

    # Rules

    @initialize(up=st.booleans())
    def look(self, up: bool) -> None:
        self.feed(answers.ServiceRead(replace(SERVICE, bank=up)))

    @rule(event=USER_EVENTS)
    def touch_anything(self, event: ev.UserEvent) -> None:
        self.feed(event)

    @rule(data=st.data(), times=st.integers(1, 4))
    def press(self, data: st.DataObject, times: int) -> None:
        for _ in range(times):
            buttons = BUTTONS.get(type(self.state.screen), ENDS)
            self.feed(data.draw(st.sampled_from(buttons)))

    @rule(purpose=st.sampled_from(PURPOSES))
    def act(self, purpose: tuple[ev.UserEvent, ...]) -> None:
        for event in purpose:
            self.feed(event)

    @rule(
        service=st.one_of(
            st.just(SERVICE),
            st.just(replace(SERVICE, bank=False)),
            st.just(replace(SERVICE, can_withdraw=False, payable=())),
            st.just(replace(SERVICE, reader=False, can_deposit=False)),
            st.just(replace(SERVICE, out_of_service=sc.Problem.DEVICE_FAULT)),
        )
    )
    def look_again(self, service: Service) -> None:
        self.feed(answers.ServiceRead(service))
        self.feed(ev.Confirm())
        # What is away comes back, or nothing else would be seen in the rest of a run.
        self.feed(answers.ServiceRead(SERVICE))

    @precondition(lambda self: self.timers)
    @rule(data=st.data())
    def ring(self, data: st.DataObject) -> None:
        service = dict(self.state.timers).get(Timer.SERVICE)
        others = sorted(self.timers - {service}) or sorted(self.timers)
        number = data.draw(st.sampled_from(others))
        self.timers.discard(number)
        self.feed(answers.TimerRang(number))

    @rule(number=st.integers(1, 200), visit=st.integers(0, 9), lost=st.booleans())
    def strays(self, number: int, visit: int, lost: bool) -> None:
        before = self.state
        if number not in self.timers:
            self.feed(answers.TimerRang(number))
            assert self.state == before, "a timer of an earlier screen changes nothing"
        late = answers.SessionLost(visit) if lost else answers.LimitsRead(visit, LIMITS)
        self.feed(late)
        if visit != before.visit:
            assert self.state == before, "what belongs to another visit changes nothing"

    @precondition(lambda self: isinstance(self.state.screen, sc.Welcome))
    @rule(upto=st.sampled_from(["pin", "proving", "menu", "menu", "menu"]))
    def somebody_logs_in(self, upto: str) -> None:
        """The plain way in, which chance alone takes too seldom."""
        self.feed(answers.ServiceRead(SERVICE))
        self.feed(ev.UseNumber())
        self.feed(ev.NumberEntered("amara"))
        self._answer_with(answers.Identified(self.state.waiting, FACTOR1))
        if upto != "pin":
            self.act(PURPOSES[2])
        if upto == "menu":
            name = PEOPLE[self.logins % len(PEOPLE)]
            login = Login(f"s{self.logins}", "A" * 22, name, (BO,), 30000)
            self._answer_with(answers.LoggedIn(self.state.waiting, login))

    @precondition(lambda self: isinstance(self.state.screen, sc.EnterPin))
    @rule(way_out=st.sampled_from([ev.ForgotPin(), ev.Back(), ev.Cancel(), None]))
    def somebody_stops_in_the_middle_of_the_pin(self, way_out: ev.UserEvent | None) -> None:
        self.feed(ev.PinDigit(4))
        self.feed(answers.SessionLost(self.state.visit) if way_out is None else way_out)

    @precondition(lambda self: self.state.screen == sc.Wait(sc.Work.CHECKING_PIN))
    @rule(way_out=st.sampled_from([ev.Cancel(), ev.Finish()]))
    def somebody_gives_up_while_the_bank_opens_a_session(self, way_out: ev.UserEvent) -> None:
        number = self.state.waiting
        self.feed(way_out)
        login = Login(f"s{self.logins}", "A" * 22, "Amara", (BO,), 30000)
        self._answer_with(answers.LoggedIn(number, login))

    @precondition(lambda self: isinstance(self.state.screen, sc.Menu))
    @rule(noted=st.booleans())
    def somebody_deposits(self, noted: bool) -> None:
        self.feed(answers.ServiceRead(SERVICE))
        self.feed(ev.Choose("deposit"))
        self._answer_with(answers.SlotOpened(self.state.waiting))
        if noted:
            self.feed(answers.NotesCounted(self.state.waiting, NOTES, 0))

    @precondition(
        lambda self: self.state.asked_s is not None or "patience" in dict(self.state.timers)
    )
    @rule()
    def nobody_is_there(self) -> None:
        """Everybody has gone away: the question is asked, and nobody answers."""
        for name in ("patience", *["answer"] * RULES.answer_s):
            number = dict(self.state.timers).get(name)  # type: ignore[call-overload]
            if number is not None:
                self.timers.discard(number)
                self.feed(answers.TimerRang(number))
        assert self.state.asked_s is None

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.open) - 1))
        self._answer(data, index)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def answer_newest(self, data: st.DataObject) -> None:
        self._answer(data, len(self.open) - 1)

    @precondition(lambda self: self.answered)
    @rule(data=st.data())
    def answer_twice(self, data: st.DataObject) -> None:
        again = data.draw(st.sampled_from(self.answered))
        before = self.state
        if again.number in (before.waiting, before.reading):
            return
        self.feed(again)
        assert self.state == before, "a second answer changes nothing"

    def _answer_with(self, made: answers.Answer) -> None:
        index = next(i for i, (_, x) in enumerate(self.open) if x.number == made.number)  # type: ignore[union-attr]
        self._answered(index, made)

    def _answer(self, data: st.DataObject, index: int) -> None:
        made = data.draw(answers_to(self.open[index][1], self.logins))
        if made is not None:
            self._answered(index, made)

    def _answered(self, index: int, made: answers.Answer) -> None:
        visit, effect = self.open[index]
        if isinstance(effect, MONEY) and isinstance(made, PROGRESS):
            self.feed(made)
            return
        del self.open[index]
        if isinstance(made, answers.LoggedIn):
            self.logins += 1
            self.sessions.add(made.login.session)
        if isinstance(made, answers.NewPinTooEasy) or (
            isinstance(made, answers.NewPinsCompared) and not made.same
        ):
            self.kept = False
        if effect is self.money:
            self.money = None
            if isinstance(made, answers.SlotOpened):
                self.escrow = True
            if isinstance(made, answers.MoneyDone | answers.Broke):
                self.escrow = False
        before = self.state
        if not isinstance(made, answers.SlotOpened):
            self.answered.append(made)
        self.feed(made)
        if made.number not in (before.waiting, before.reading):
            assert self.state == before, "a late answer changes nothing"
            assert not isinstance(effect, MONEY), "money is always waited for"
        elif not isinstance(effect, MONEY):
            assert visit == before.visit, "an answer reaches its own customer only"

    # What holds always

    @invariant()
    def no_menu_without_login(self) -> None:
        if isinstance(self.state.screen, LOGGED_IN):
            assert self.state.customer is not None
            assert self.state.customer.login.session in self.sessions

    @invariant()
    def nobody_is_left_behind(self) -> None:
        state = self.state
        if isinstance(state.screen, sc.Welcome | sc.Goodbye | sc.OutOfService):
            assert state.customer is None
            assert state.task is None
            assert state.reading == 0
            assert not self.sessions, "every session that was opened is ended"
            assert self.pin == 0
            assert not self.kept
        if isinstance(state.screen, sc.Welcome | sc.Goodbye):
            assert not state.committed
            assert self.money is None, "money in flight is never abandoned"
            assert not self.escrow, "nobody leaves notes in the machine"

    @invariant()
    def the_pin_is_wiped_on_leaving(self) -> None:
        screen = self.state.screen
        if isinstance(screen, sc.EnterPin):
            assert screen.filled == self.pin
        else:
            assert self.pin == 0
        if self.kept:
            assert isinstance(screen, sc.EnterPin | sc.Wait)

    @invariant()
    def committed_while_money_moves(self) -> None:
        slot_open = isinstance(self.money, e.OpenSlot | e.ReopenSlot)
        if self.money is not None and not slot_open:
            assert self.state.committed

    @invariant()
    def every_screen_has_a_way_forward(self) -> None:
        state = self.state
        running = {number for _, number in state.timers}
        assert running == self.timers, "the session knows all its timers"
        names = [timer for timer, _ in state.timers]
        assert len(names) == len(set(names)), "one timer of a kind"
        assert "service" in names
        if isinstance(state.screen, sc.Wait | sc.TakeCash | sc.TakeBackNotes):
            assert "limit" in names
        elif isinstance(state.screen, sc.Goodbye):
            assert "show" in names
        elif not isinstance(state.screen, sc.Welcome | sc.OutOfService):
            assert {"patience", "answer"} & set(names)

    @invariant()
    def the_question_counts_and_spares_money(self) -> None:
        shown = view(self.state)
        if shown.more_time_s is not None:
            assert 1 <= shown.more_time_s <= RULES.answer_s
            assert not isinstance(shown.screen, (*FREE, sc.TakeCash, sc.TakeBackNotes))


TestKiosk = Kiosk.TestCase
TestKiosk.settings = settings(
    max_examples=150,
    stateful_step_count=50,
    deadline=None,
    # Shrinking a run of fifty steps takes longer than a test may; add Phase.shrink to look closer.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
