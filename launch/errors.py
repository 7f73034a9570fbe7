"""The errors of starting; the tree is drawn in the package's docstring."""


class LaunchError(Exception):
    """One sentence for the user. `status` is what the program exits with."""

    status = 1


class EnvironmentNotReady(LaunchError):
    """Set-up cannot go on without the user."""


class FolderInUse(LaunchError):
    """Another live instance of this program holds the data folder."""


class PortTaken(LaunchError):
    """Somebody else listens on the port that was asked for."""

    status = 2
