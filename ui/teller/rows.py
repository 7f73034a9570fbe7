"""Messages of the bank as rows that QML lists show: text only, sums written out."""

from datetime import UTC, datetime

from protocol.messages.accounts import StatementRow
from protocol.messages.staff import AccountRow, CustomerAnswer, CustomerBrief
from ui import money, words

Row = dict[str, str | bool | int]


def found(brief: CustomerBrief) -> Row:
    """A row of the search."""
    return {
        "customer": brief.customer,
        "name": f"{brief.first_name} {brief.last_name}",
        "userName": brief.user_name,
        "phone": brief.phone,
        "accounts": ", ".join(brief.accounts),
    }


def account(row: AccountRow) -> Row:
    """A row of a customer's accounts."""
    return {
        "number": row.number,
        "name": row.name,
        "open": row.status == "open",
        "booked": money.written(row.booked_minor, row.currency),
        "held": money.written(row.held_minor, row.currency) if row.held_minor else "",
        "opened": _day(row.opened_at),
    }


def posting(row: StatementRow, currency: str) -> Row:
    """A row of a statement."""
    return {
        "date": row.business_date,
        "text": row.text or words.kind(row.kind, row.amount_minor),
        "counterparty": row.counterparty or "",
        "amount": money.written(row.amount_minor, currency),
        "balance": money.written(row.balance_minor, currency),
        "reference": row.reference,
        "out": row.amount_minor < 0,
    }


def details(customer: CustomerAnswer) -> list[Row]:
    """What is known of a customer: name of the field and its value; empty ones are left out."""
    facts = (
        ("user_name", customer.user_name),
        ("phone", customer.phone + (" · SMS" if customer.sms else "")),
        ("email", customer.email),
        ("address", customer.address),
        ("national_id", customer.national_id),
        ("gender", customer.gender),
        ("since", _day(customer.created_at)),
        ("fingers", str(customer.fingers)),
    )
    return [{"field": field, "value": value} for field, value in facts if value]


def _day(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).date().isoformat()
