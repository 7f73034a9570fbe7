"""An order's exact bytes: written once by the kiosk, signed, kept, proven over and compared.

They are the canonical JSON of ``messages.money.Order`` without its null members.
"""

from pydantic import ValidationError

from protocol.encoding import canonical_json, load_json
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
    load_json(data)
    try:
        order = Order.model_validate_json(data)
    except ValidationError as error:
        raise BadEncoding("not an order") from error
    if order_bytes(order) != data:
        raise BadEncoding("not the canonical bytes of an order")
    return order
