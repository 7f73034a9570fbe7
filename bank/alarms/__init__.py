"""Alarms: raised by the ledger, the sealer and hello, acknowledged by a person, never removed."""
