"""Sums as they are typed."""

from protocol.errors import BadAmount
from protocol.money import parse_amount


def typed_minor(text: str, currency: str) -> int | None:
    """Minor units of what was typed so far; None while it is no sum above zero."""
    # A decimal mark with nothing behind it yet is on its way to become a sum.
    text = text.strip().rstrip(".,\u066b")
    try:
        return parse_amount(text, currency).minor
    except BadAmount:
        return None
