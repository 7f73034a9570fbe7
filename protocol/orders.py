"""An order's exact bytes: written once by the kiosk, signed, kept, proven over and compared.

They are the canonical JSON of ``messages.money.Order`` without its null members.
"""

from pydantic import ValidationError

from protocol.encoding import MAX_JSON_BYTES, canonical_json
from protocol.errors import BadEncoding
from protocol.messages.money import Order


def order_bytes(order: Order) -> bytes:
    """Return the bytes to sign; they are never built again from the fields."""
    return canonical_json(order.model_dump(exclude_none=True))


def read_order(data: bytes) -> Order:
    """Return the order in ``data``.

    Raises:
        BadEncoding: not JSON, not an order, or not its one canonical spelling.
    """
    if len(data) > MAX_JSON_BYTES:
        raise BadEncoding("JSON too long")
    try:
        order = Order.model_validate_json(data)
    except ValidationError as error:
        raise BadEncoding("not an order") from error
    # Which also finds a member that appears twice, or a number spelled otherwise.
    if order_bytes(order) != data:
        raise BadEncoding("not the canonical bytes of an order")
    return order
