"""``journal dump``: the journal as an operator or a test reads it, one JSON line a record.

Reading takes no lock and changes nothing, so a running kiosk can be looked at. A torn tail is
shown as a last line with ``"torn"``.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from kiosk.journal.keeping import archived, read_archived
from kiosk.journal.segment import read, segments


def lines(folder: Path) -> Iterator[str]:
    """Yield a JSON line for every record, oldest first, those put away included.

    Raises:
        JournalUnusable, JournalDamaged: see ``segment.read`` and ``keeping.read_archived``.
    """
    contents = read(folder)
    live = {path.name for path in segments(folder)}
    put_away = [path for path in archived(folder) if path.name.removesuffix(".gz") not in live]
    kept = itertools.chain.from_iterable(map(read_archived, put_away))
    for record in itertools.chain(kept, contents.records):
        body = {
            "seq": record.seq,
            "at": record.at,
            "word": record.word,
            "tx": record.tx,
            "data": dict(record.data),
        }
        if record.signed is not None:
            signed = record.signed
            body["signed"] = {
                "uid": signed.uid,
                "kind": signed.kind,
                "seq": signed.seq,
                "jws": signed.jws,
            }
        yield json.dumps(body, sort_keys=True)
    if contents.torn is not None:
        torn = contents.torn
        yield json.dumps({"torn": {"file": torn.path.name, "byte": torn.offset}})
