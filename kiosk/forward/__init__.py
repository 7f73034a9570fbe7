"""Store-and-forward: advices reach the bank, however long it is away."""

from kiosk.forward.forwarder import Advice, Backoff, Forwarder

__all__ = ["Advice", "Backoff", "Forwarder"]
