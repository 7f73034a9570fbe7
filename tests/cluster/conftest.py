"""What the tests of the cluster share."""

from tests.bank.conftest import servers

__all__ = ["servers"]
