"""What can be wrong with a device. None of these says where the notes are: ask its status.

DeviceError
+-- DeviceAway        no connection, no answer, or nonsense: the command may have been carried out
+-- DeviceRefused     answered with an error code: something may have moved
"""


class DeviceError(Exception):
    """Root of this package's errors."""


class DeviceAway(DeviceError):
    """The device did not answer; whether it acted is unknown."""


class DeviceRefused(DeviceError):
    """The device answered with an error ``code``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
