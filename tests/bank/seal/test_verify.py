"""What `bank verify` finds in a ledger that was tampered with by someone who may do anything."""

import uuid
from pathlib import Path

import pytest

from bank.keys import sign_record
from bank.keys.keyset import generate
from bank.ledger.accounts import OWN_ENTRY, own_entry
from bank.seal.canonical import GENESIS, EntryFacts, head, leaf
from bank.seal.heads import Head, publish, sign_head
from tests.bank.seal.conftest import Crime

UNSIGNED = {"unsigned"}
"""The openings of these tests' customers are written by SQL, without a server's signature."""
CREDITS = "select id from entries where kind = 'deposit' order by id"


def test_a_whole_ledger_is_sound(crime: Crime) -> None:
    report = crime.verify()
    assert set(report.findings.counts) == UNSIGNED
    assert report.findings.counts["unsigned"] == 2
    assert report.chain.sealed == report.witness.position == 8
    assert report.chain.unsealed == 0
    assert report.signed == 13
    assert report.witness.heads > 0


@pytest.mark.parametrize(
    "change",
    [
        "update entries set text = 'rent' where id = %s",
        "update entries set booked_at = booked_at - interval '1 s' where id = %s",
        "update entries set kind = 'transfer' where id = %s",
        "update entries set terminal = 'ATM-9' where id = %s",
        "update entries set day = day + 1 where id = %s",
        "update postings set amount_minor = amount_minor * 2, balance_minor = balance_minor"
        " + amount_minor where entry = %s",
        "update postings set account = account + 1000 where entry = %s",
        "update requests set body_hash = sha256(body_hash) where entry = %s",
    ],
)
def test_a_changed_entry(crime: Crime, change: str) -> None:
    [entry] = crime.sql(CREDITS)[1]
    crime.sql(change, entry)
    report = crime.verify()
    assert report.findings.counts["changed"] >= 1
    assert any(f"entry {entry} " in words for words in report.findings.words["changed"])


def test_a_missing_entry(crime: Crime) -> None:
    [entry] = crime.sql(CREDITS)[1]
    for table, column in (("entries", "id"), ("postings", "entry"), ("requests", "entry")):
        crime.sql(f"delete from {table} where {column} = %s", entry)
    report = crime.verify()
    assert report.findings.counts["missing"] == 1
    assert f"entry {entry} " in report.findings.words["missing"][0]


def test_an_inserted_entry(crime: Crime) -> None:
    [entry] = crime.sql(CREDITS)[1]
    crime.sql(
        "insert into entries select 4242, day, kind, text, terminal, uid, booked_at, xid"
        " from entries where id = %s",
        entry,
    )
    crime.sql(
        "insert into postings select account, 4242, day, amount_minor, balance_minor from postings"
        " where entry = %s",
        entry,
    )
    found = crime.verify().findings
    assert "entry 4242 " in found.words["inserted"][0]
    assert "wrong_sum" in found.counts  # and no decision asked for it


def test_an_entry_inserted_after_the_chains_end_has_no_decision(crime: Crime) -> None:
    crime.sql(
        "insert into entries (id, day, kind, text, terminal, uid, booked_at)"
        " select 4242, day, kind, text, terminal, gen_random_uuid(), now() from entries limit 1"
    )
    crime.sql(
        "insert into postings select account, 4242, day, amount_minor, balance_minor from postings"
        " where entry = (select min(entry) from postings)"
    )
    report = crime.verify()
    assert report.chain.unsealed == 1
    assert "Not yet protected: 1 entries not sealed yet, from entry 4242" in "\n".join(
        report.lines()
    )
    assert any("4242" in words for words in report.findings.words["wrong_sum"])


def test_an_opening_credit_that_no_server_signed(crime: Crime) -> None:
    crime.sql(
        "select ledger_book(current_date, 'opening_credit', '', null, null, a.id, b.id, 100000)"
        " from accounts a, accounts b where a.kind = 'demo_funding' and b.number is not null"
        " limit 1"
    )
    assert crime.verify().findings.counts["unsigned"] == 3


def test_a_signed_opening_credit_that_is_booked_twice(crime: Crime) -> None:
    before = crime.verify().findings.counts["wrong_decision"]
    [(number,)] = crime.sql("select number from accounts where number is not null limit 1")
    statement = own_entry("opening_credit", str(number), "EUR", 500)
    record = sign_record(crime.servers.keys, OWN_ENTRY, statement).decode()
    for times in (1, 2):
        crime.sql(
            "with made as (select ledger_book(current_date, 'opening_credit', '', null, null, a.id,"
            " b.id, 500) as entry from accounts a, accounts b"
            " where a.kind = 'demo_funding' and b.number = %s)"
            " insert into bank_signatures select entry, %s from made",
            number,
            record,
        )
        found = crime.verify().findings
        assert found.counts["wrong_decision"] - before == (0 if times == 1 else 2)
    assert any("one of 2 for one decision" in words for words in found.words["wrong_decision"])


def test_a_correction_that_one_person_decided_alone(crime: Crime) -> None:
    before = crime.verify().findings.counts["wrong_decision"]
    people = [row[0] for row in crime.sql("select id from customers order by id limit 2")]
    acts = [uuid.uuid4(), uuid.uuid4()]

    def find(person: object, act: uuid.UUID) -> None:
        found = b'{"case":{"amount_minor":5,"number":"C-00000001"}}'
        crime.sql(
            "insert into staff_acts (uid, act, actor, terminal, token, proof, answer)"
            " values (%s, %s, %s, 'T', '', '', '')",
            act.bytes, found, person,
        )  # fmt: skip
        crime.sql(
            "insert into case_findings (number, act, person, verdict, amount_minor, reason)"
            " values ('C-00000001', %s, %s, 'charge', 5, 'seen')",
            act, person,
        )  # fmt: skip

    find(people[0], acts[0])
    crime.sql(
        "select ledger_book(current_date, 'correction', 'C-00000001', null, %s, a.id, b.id, 5)"
        " from accounts a, accounts b where a.number is not null and b.kind = 'cash' limit 1",
        acts[0],
    )
    assert crime.verify().findings.counts["wrong_decision"] == before + 1
    find(people[0], uuid.uuid4())  # the same person once more is still one
    assert crime.verify().findings.counts["wrong_decision"] == before + 1
    find(people[1], acts[1])
    assert crime.verify().findings.counts["wrong_decision"] == before


def test_reordered_entries(crime: Crime) -> None:
    [[one], [two], *_] = crime.sql(CREDITS)
    # Their places in the order of transactions are exchanged, and the chain is left alone.
    crime.sql(
        "update entries e set xid = o.xid from entries o where e.id in (%s, %s)"
        " and o.id in (%s, %s) and e.id <> o.id",
        one, two, one, two,
    )  # fmt: skip
    assert crime.kinds() - UNSIGNED == {"missing", "inserted"}


def test_entries_reordered_within_a_batch(crime: Crime) -> None:
    rebuild(crime, at_once=100)
    [[one], [two], *_] = crime.sql(CREDITS)
    crime.sql(
        "update entries e set xid = o.xid from entries o where e.id in (%s, %s)"
        " and o.id in (%s, %s) and e.id <> o.id",
        one, two, one, two,
    )  # fmt: skip
    assert "reordered" in crime.kinds()


def test_a_chain_rebuilt_over_a_changed_entry(crime: Crime) -> None:
    [entry] = crime.sql(CREDITS)[1]
    crime.sql("update entries set text = 'nothing to see' where id = %s", entry)
    rebuild(crime, at_once=1)
    assert crime.kinds() & {"rebuilt", "cut", "missing"}
    # Without a witness nobody would know, and the report says so.
    report = crime.verify(crime.servers.data_dir / "bank" / "keyset.json")
    assert "bad_head" in report.findings.counts
    empty = crime.servers.data_dir / "no-heads.jsonl"
    empty.touch()
    report = crime.verify(empty)
    assert set(report.findings.counts) == UNSIGNED
    assert "No published head was given" in "\n".join(report.lines())


def test_a_chain_rebuilt_with_the_same_batches(crime: Crime) -> None:
    [entry] = crime.sql(CREDITS)[1]
    crime.sql("update entries set text = 'nothing to see' where id = %s", entry)
    sizes = [n for (n,) in crime.sql("select cardinality(entries) from seals order by batch")]
    rebuild(crime, sizes=[int(str(n)) for n in sizes])
    assert crime.kinds() - UNSIGNED == {"rebuilt"}


def test_a_chain_cut_at_its_end(crime: Crime) -> None:
    [(last,)] = crime.sql("select max(batch) from seals")
    [(entries,)] = crime.sql("select entries from seals where batch = %s", last)
    for entry in entries:  # type: ignore[attr-defined]
        crime.sql("delete from entries where id = %s", entry)
        crime.sql("delete from postings where entry = %s", entry)
        crime.sql("delete from requests where entry = %s", entry)
    crime.sql("delete from seals where batch = %s", last)
    assert "cut" in crime.kinds()


def test_a_batch_taken_out_of_the_middle(crime: Crime) -> None:
    crime.sql("delete from seals where batch = 2")
    assert {"broken", "inserted"} <= crime.kinds()


def test_a_head_that_the_bank_did_not_sign(crime: Crime, tmp_path: Path) -> None:
    file = tmp_path / "heads.jsonl"
    publish(file, 8, sign_head(generate(), Head(1, 8, bytes(32), 0)))
    assert crime.kinds(file) - UNSIGNED == {"bad_head"}


@pytest.mark.parametrize(
    "change",
    [
        "update signed_requests set jws = overlay(jws placing 'AAAA' from length(jws) - 9)",
        "update signed_requests set jws = overlay(jws placing 'AAAA' from length(jws) - 9),"
        " jws_sha256 = sha256(convert_to(overlay(jws placing 'AAAA' from length(jws) - 9),"
        " 'UTF8'))",
        "update signed_requests set terminal = 'ATM-9'",
    ],
)
def test_a_changed_signed_request(crime: Crime, change: str) -> None:
    [(uid,)] = crime.sql("select uid from requests where kind = 'case'")
    crime.sql(f"{change} where uid = %s", uid)
    assert "bad_signature" in crime.kinds()


def test_a_decision_about_another_sum(crime: Crime) -> None:
    crime.sql("update requests set amount_minor = amount_minor + 1 where kind = 'credit'")
    assert crime.verify().findings.counts["wrong_decision"] == 4


def test_a_deposit_booked_to_another_account(crime: Crime) -> None:
    [entry] = crime.sql(CREDITS)[0]
    crime.sql(
        "update postings set account = (select min(id) from accounts where number is not null"
        " and id <> account) where entry = %s and amount_minor > 0",
        entry,
    )
    assert {"changed", "wrong_decision", "wrong_sum"} <= crime.kinds()


def test_a_decision_without_its_signed_request(crime: Crime) -> None:
    crime.sql("delete from signed_requests where uid in (select uid from requests limit 1)")
    assert crime.verify().findings.counts["unsigned"] == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update accounts set booked_minor = booked_minor + 1 where kind = 'suspense'", "shows a"),
        (
            "update accounts set held_minor = held_minor + 1 where held_minor > 0",
            "another sum of holds",
        ),
        ("update holds set amount_minor = 999 where amount_minor = 1000", "not what was auth"),
        ("delete from hold_settlements where posted_minor = 0", "another sum of holds"),
        ("update hold_settlements set posted_minor = 1 where posted_minor > 0", "settled for"),
        ("update postings set balance_minor = balance_minor + 1", "does not follow"),
    ],
)
def test_a_sum_that_does_not_agree(crime: Crime, change: str, words: str) -> None:
    crime.sql(change)
    assert words in " ".join(crime.verify().findings.words["wrong_sum"])


def test_the_door_says_it_in_words(crime: Crime) -> None:
    crime.sql(
        "insert into bank_signatures select id, 'x' || id from entries where terminal is null"
    )
    told = crime.door("--heads", str(crime.heads))
    assert (told.returncode, told.stderr) == (1, "")
    assert "bad_signature: entry" in told.stdout
    assert "8 entries sealed" in told.stdout
    assert told.stdout.endswith("2 findings: the ledger is NOT sound.\n")
    nothing = crime.door("--heads", str(crime.servers.data_dir / "none.jsonl"))
    assert nothing.returncode == 2
    assert len(nothing.stderr.strip().splitlines()) == 1


def rebuild(crime: Crime, at_once: int = 100, sizes: list[int] | None = None) -> None:
    """Make the whole chain anew over what the database says now, as its owner could."""
    rows = crime.sql(
        "select e.xid::text::bigint, e.id, to_char(e.day, 'YYYY-MM-DD'), e.kind, e.text,"
        " e.terminal, e.uid::text, (extract(epoch from e.booked_at) * 1000000)::bigint,"
        " encode(r.body_hash, 'hex'), array(select array[p.account, p.amount_minor,"
        " p.balance_minor] from postings p where p.entry = e.id order by p.account)"
        " from entries e left join requests r on r.terminal = e.terminal and r.uid = e.uid"
        " order by e.xid, e.id"
    )
    crime.sql("delete from seals")
    before, position, batch = GENESIS, 1, 1
    while rows:
        size = sizes[batch - 1] if sizes else at_once
        some, rows = rows[:size], rows[size:]
        leaves = [
            leaf(EntryFacts(*facts, postings=tuple(tuple(p) for p in postings)))  # type: ignore
            for _, *facts, postings in some
        ]
        before = head(before, batch, position, leaves)
        crime.sql(
            "insert into seals values (%s, %s, %s, %s, %s, %s::text::xid8, %s, now())",
            batch, position, [row[1] for row in some], b"".join(leaves), before,
            str(some[-1][0]), some[-1][1],
        )  # fmt: skip
        batch, position = batch + 1, position + len(some)
