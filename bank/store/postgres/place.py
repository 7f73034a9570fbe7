"""Which folder a cluster gets."""

import hashlib
from pathlib import Path

import platformdirs

from bank.store.postgres.account import stand_in


def home_for(data_dir: Path) -> Path:
    """Return the home of the cluster that belongs to `data_dir`: its subfolder ``postgres``.

    Started by root, PostgreSQL runs as another account; where that one cannot enter `data_dir`
    (a folder under root's home, say) the cluster goes to the system's folder for state, under a
    name derived from `data_dir`. Whoever wipes `data_dir` wipes this folder too.
    """
    data_dir = data_dir.resolve()
    account = stand_in()
    existing = data_dir
    while not existing.exists():
        existing = existing.parent
    if account is None or account.can_enter(existing):
        return data_dir / "postgres"
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return platformdirs.site_state_path("fortress-atm") / name
