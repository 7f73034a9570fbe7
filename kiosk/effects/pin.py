"""Effects on the PIN entry: done at once, in their order, on the session's own thread."""

from kiosk.pinpad import PinPad
from kiosk.session import Event
from kiosk.session import effects as e
from kiosk.session.answers import NewPinKept, NewPinsCompared, NewPinTooEasy

Instant = e.PutDigit | e.TakeDigit | e.WipePin | e.WipeAllPins | e.KeepNewPin | e.MatchNewPin


def at_once(pad: PinPad, effect: Instant) -> Event | None:
    """Do what concerns the PIN entry alone."""
    match effect:
        case e.PutDigit(digit):
            pad.put(digit)
        case e.TakeDigit():
            pad.take_back()
        case e.WipePin():
            pad.clear()
        case e.WipeAllPins():
            pad.wipe_all()
        case e.KeepNewPin(number):
            return NewPinKept(number) if pad.keep_new() else NewPinTooEasy(number)
        case e.MatchNewPin(number):
            return NewPinsCompared(number, pad.repeat_matches())
    return None


def pin_of(pad: PinPad, effect: e.Effect) -> bytearray | None:
    """Take the PIN an effect needs out of the entry, before anything else can happen to it."""
    match effect:
        case e.ProveLogin() | e.SendMoney() | e.Approve() | e.ApproveAsSecond():
            return pad.take()
        case e.PayOut(with_pin=True):
            return pad.take()
        case e.FinishSignup():
            return pad.take_new()
    return None
