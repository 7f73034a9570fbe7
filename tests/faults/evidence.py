"""What is true after a row, by the device's counters, the bank and ``main.py journal dump``.

Nothing is asked of the kiosk but what it showed on its screen. Names are the matrix's: ``net`` is
what the ledger has taken from the customer, holds included; ``taken`` and ``given`` are notes in
the customer's hands and lost into the machine; ``retr``, ``rej``, ``ret`` retracted, rejected and
returned; ``cmds`` physical dispense or store commands of the last transaction, ``j`` its final
word; ``case`` the sum of open cases that kiosk and bank know, ``unknown`` how many of them have a
sum that nobody knows; ``told`` what the screen last said.
"""

import json
from collections.abc import Mapping
from typing import Any

from tests.faults.matrix import Row
from tests.faults.scene import FINAL, REQ, Scene

_DECLINED = ("insufficient_funds", "limit_each", "limit_day", "account_closed", "declined")
_NOBODYS = ("Wait", "Welcome", "OutOfService", "Goodbye")


def told(scene: Scene) -> str:
    """Return what the screen last said to anybody, in the matrix's words."""
    shown = [screen for running in scene.running for screen in running.screens]
    for screen in reversed(shown):
        match screen.get("screen"):
            case "Success":
                return "done" if screen["kind"] != "withdraw" else "cash"
            case "Failure":
                return _failure(screen)
            case "OutOfService":
                return "out_of_service"
            case "Withdraw" if screen["problem"] is not None:
                return "not_payable"
            case "Welcome" if len(scene.running) > 1:
                return "idle"
    return "nothing"


def _failure(screen: Mapping[str, Any]) -> str:
    match screen["money"]:
        case "in_doubt":
            return "call_bank"
        case "release_follows":
            return "auto_return"
        case "credit_follows":
            return "credit_follows"
        case "notes_returned":
            return "returned"
    return "declined" if screen["problem"] in _DECLINED else "refused"


def dump(scene: Scene) -> list[dict[str, Any]]:
    """Return the journal as ``main.py journal dump`` prints it; nothing where no kiosk was run."""
    if not (scene.folder / "kiosk" / "journal").exists():
        return []
    out = scene.folder / f"dump-{len(list(scene.folder.glob('dump-*')))}"
    words = ["journal", "dump", "--data", str(scene.folder)]
    process = scene.zygote.start(words, {}, out, out.with_suffix(".err"))
    assert process.wait() == 0, out.with_suffix(".err").read_text()
    return [json.loads(line) for line in out.read_text().splitlines()]


def gather(scene: Scene, **more: Any) -> dict[str, Any]:
    """Check what must be true in every row, and return the row's evidence."""
    scene.hands.set_sensor_unknown(False)
    facts = scene.hands.facts()
    totals = {k: v - scene.earlier.get(k, 0) for k, v in facts["totals"].items()}
    journal = dump(scene)
    rows = [row for row in journal if row.get("tx")]
    rows = [row for row in rows if row["tx"] not in scene.earlier_txs]
    txs = list(dict.fromkeys(row["tx"] for row in rows))
    last = {row["tx"]: row for row in rows}
    word = last[txs[-1]]["word"] if txs else "NONE"
    booked, held = scene.bank.balance(scene.account)
    net = scene.opening - booked + held
    suspended = {tx: row for tx, row in last.items() if row["word"] == "SUSPENDED"}
    reported = {tx for tx, row in suspended.items() if row["data"]["reported"]}
    signed = [row["signed"]["uid"] for row in rows if row.get("signed") and row["tx"] in reported]
    ours = reported | set(signed)
    tail_lost = any(row.get("word") == "TAIL_LOST" for row in journal)
    cases = _cases(scene, ours, tail_lost)
    sums = {tx: suspended[tx]["data"]["amount_minor"] or None for tx in reported}
    _sums_agree(scene, sums)
    facts_of_last = facts["evidence"].get(txs[-1], {}) if txs else {}
    evidence = {
        "req": REQ,
        "net": net,
        **totals,
        "cmds": facts_of_last.get("cmds", 0),
        "j": word,
        "case": sum(amount or 0 for amount in cases),
        "unknown": cases.count(None),
        "told": told(scene),
        **more,
    }
    _universal(scene, evidence, {tx: row["word"] for tx, row in last.items()}, facts)
    return evidence


def judge(scene: Scene, row: Row, **more: Any) -> dict[str, Any]:
    """Gather the evidence, hold it against the row's predicate, and return it."""
    evidence = gather(scene, **more)
    assert row.holds(evidence), f"{row.id}: {row.check} of {evidence}; {scene.words()}"
    return evidence


def _cases(scene: Scene, ours: set[str], tail_lost: bool) -> list[int | None]:
    """Return the sums of the cases that both sides have open; None: a sum that nobody knows.

    A hold that the kiosk doesn't know is a case too, where the kiosk says that it has lost records.
    """
    found = scene.bank.query(
        "select kind, original, uid, amount_minor from cases where terminal = %s"
        " and closed_at is null",
        scene.terminal,
    )
    known = [
        amount
        for kind, original, uid, amount in found
        if {_hex(original), _hex(uid)} & ours or (tail_lost and kind == "unknown_hold")
    ]
    assert len(found) == len(known), f"cases only the bank knows: {found}, the kiosk has {ours}"
    return known


def _sums_agree(scene: Scene, sums: Mapping[str, int | None]) -> None:
    """A case that the kiosk reported is for what its journal says, or for a sum not known to it."""
    reported = scene.bank.query(
        "select original, amount_minor from cases where terminal = %s and kind = 'reported'"
        " and closed_at is null",
        scene.terminal,
    )
    for original, amount in reported:
        assert sums[_hex(original)] == amount, (sums, reported)


def _hex(uid: Any) -> str:
    return "" if uid is None else uid.hex


def _universal(
    scene: Scene, evidence: dict[str, Any], words: dict[str, str], facts: dict[str, Any]
) -> None:
    assert all(row["cmds"] <= 1 for row in facts["evidence"].values()), facts["evidence"]
    assert set(words.values()) <= set(FINAL), words
    out_of_order = scene.bank.query("select coalesce(sum(amount_minor), 0) from postings")
    assert out_of_order == [(0,)], "the ledger does not sum to zero"
    moved = evidence["taken"] - evidence["given"]
    transferred = scene.moved() if "transfer" in scene.kinds() else 0
    if "SUSPENDED" in words.values() or evidence["case"]:
        # Charged is handed out, or a case is open for at least the difference.
        assert abs(evidence["net"] - moved - transferred) <= evidence["case"], evidence
    else:
        assert evidence["net"] == moved + transferred, evidence
    _cassettes_add_up(facts, words)
    _screens_are_true(scene, evidence)


def _cassettes_add_up(facts: dict[str, Any], words: dict[str, str]) -> None:
    status, totals = facts["status"], facts["totals"]
    held = sum(c["denomination_minor"] * c["count"] for c in status["cassettes"])
    moving = facts["tray_minor"]
    if status["outgoing"]["place"] in ("transport", "stacked"):
        moving += status["outgoing"]["picked_minor"]
    if totals["given"] == 0 and totals["ret"] == 0 and status["incoming"]["uid"] == "":
        out = totals["taken"] + totals["rej"] + totals["retr"] + totals["adrift"]
        assert facts["loaded_minor"] == held + out + moving, facts
    else:
        assert facts["loaded_minor"] == held, words


def _screens_are_true(scene: Scene, evidence: dict[str, Any]) -> None:
    """What was said of money was so, and after a restart nobody saw another person's screen."""
    for number, running in enumerate(scene.running):
        names = [screen.get("screen") for screen in running.screens]
        if not {"EnterNumber", "EnterPin"} & set(names):
            assert set(names) <= set(_NOBODYS), (number, names)
        for screen in running.screens:
            if screen.get("screen") != "Failure":
                continue
            if screen["money"] in ("untouched", "release_follows", "notes_returned"):
                assert evidence["net"] == evidence["taken"] - evidence["given"], screen
