"""The bank as a kiosk sees it.

bank.py       one call for each thing the bank can be asked
proving.py    the PIN's proofs
outcomes.py   movements of money: done, refused, unknown
errors.py     what calls raise; problems.py maps the bank's answers to it
exchange.py   attempts, deadlines, which answers are definite
servers.py    the servers and how they are; breaker.py and policy.py decide
attempt.py    bytes to one server and its answer
tls.py        mutual TLS 1.3; identity.py and bank_time.py serve it
"""

from backend_client.bank import Bank, BankSettings
from backend_client.exchange import Clock
from backend_client.outcomes import Decision, Done, Refused, Unknown
from backend_client.policy import Policy
from backend_client.proving import OldPin, ProofFacts
from backend_client.servers import Server, ServerHealth

__all__ = [
    "Bank",
    "BankSettings",
    "Clock",
    "Decision",
    "Done",
    "OldPin",
    "Policy",
    "ProofFacts",
    "Refused",
    "Server",
    "ServerHealth",
    "Unknown",
]
