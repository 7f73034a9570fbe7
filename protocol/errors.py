"""What can be wrong with a message, an amount, a signature or a proof.

ProtocolError              a ValueError, so that pydantic reports it as a bad field
+-- BadEncoding            bytes or text that break their format: refuse the message
+-- BadAmount              no sum of money this system handles: ask the person again
+-- BadSignature           not signed by that key over those bytes: refuse, raise an alarm
+-- BadPin                 not 4 to 12 digits: ask the person again
|   +-- GuessablePin       on the block list: ask for another new PIN
+-- BadToken               not issued by this bank for this context: a new start is needed
|   +-- ExpiredToken       issued by this bank, too late (or too early): a new start is needed
+-- ProofRejected          the PIN's secret does not stand behind the proof: a failed try
+-- WrongServer            the token names another certificate than the connection's: drop it
"""


class ProtocolError(ValueError):
    """Root of this package's errors."""


class BadEncoding(ProtocolError):
    """Bytes or text that are not what their format says."""


class BadAmount(ProtocolError):
    """A sum that is zero, negative, too large, or not written as a sum."""


class BadSignature(ProtocolError):
    """A JWS that the given key did not make, or made with another header."""


class BadPin(ProtocolError):
    """A PIN that is not 4 to 12 digits."""


class GuessablePin(BadPin):
    """A new PIN that is among the first a thief would try."""


class BadToken(ProtocolError):
    """A challenge token with a wrong length, version, key id, MAC or context."""


class ExpiredToken(BadToken):
    """A genuine token outside its time."""


class ProofRejected(ProtocolError):
    """A PIN proof that does not verify."""


class WrongServer(ProtocolError):
    """A token that names another server certificate than the one it came through."""
