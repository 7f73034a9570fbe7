"""The chain over a real ledger: what is sealed, by whom, and where its heads are seen."""

import time

import psycopg

from bank.seal.canonical import GENESIS, EntryFacts, canonical, head, leaf
from bank.seal.heads import HEADER, published, read_head
from tests.bank.conftest import Servers
from tests.bank.seal.conftest import sealed

LINES = (
    "select e.id, to_char(e.day, 'YYYY-MM-DD'), e.kind, e.text, e.terminal, e.uid::text,"
    " (extract(epoch from e.booked_at) * 1000000)::bigint, encode(r.body_hash, 'hex'),"
    " array(select array[p.account, p.amount_minor, p.balance_minor] from postings p"
    "  where p.entry = e.id order by p.account), ledger_canonical(e, r.body_hash,"
    "  (select string_agg(concat_ws(':', p.account, p.amount_minor, p.balance_minor), ','"
    "    order by p.account) from postings p where p.entry = e.id and p.day = e.day))"
    " from entries e left join requests r on r.terminal = e.terminal and r.uid = e.uid"
)


def test_the_database_hashes_the_bytes_that_the_verifier_hashes(servers: Servers) -> None:
    terminal, one, other = servers.terminal(), servers.customer(), servers.customer()
    terminal.ask("credit", 700, target=one.account)
    nasty = 'caf\u00e9 "\\ \u20ac\U0001f600\n\t\r\b\f\u001f\u007f\u2028/</script>'
    servers.sql(
        "select ledger_book(current_date, 'transfer', %s, %s, gen_random_uuid(), a.id, b.id, 5)"
        " from accounts a, accounts b where a.number = %s and b.number = %s",
        nasty, terminal.name, one.account, other.account,
    )  # fmt: skip
    rows = servers.sql(LINES)
    assert any(row[3] == nasty for row in rows)
    for *facts, postings, bytes_there in rows:
        entry = EntryFacts(*facts, postings=tuple(tuple(p) for p in postings))
        assert canonical(entry) == bytes(bytes_there)


def test_every_entry_is_chained_once(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    for _ in range(3):
        terminal.ask("credit", 700, target=customer.account)
    entries = sealed(servers)
    before, position = GENESIS, 1
    seals = servers.sql("select batch, first_position, entries, leaves, head from seals order by 1")
    seen: list[int] = []
    for number, (batch, first, ids, leaves, digest) in enumerate(seals, 1):
        assert (batch, first) == (number, position)
        parts = [bytes(leaves)[n : n + 32] for n in range(0, len(leaves), 32)]
        assert head(before, batch, first, parts) == bytes(digest)
        before, position = bytes(digest), position + len(ids)
        seen += ids
    assert len(seen) == len(set(seen)) == entries
    [*facts, postings, _] = servers.sql(f"{LINES} where e.id = %s", seen[0])[0]
    found = leaf(EntryFacts(*facts, postings=tuple(tuple(p) for p in postings)))
    assert found == bytes(seals[0][3])[:32]


def test_the_order_of_entries_is_fixed_once_they_are_complete(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    sealed(servers)
    with psycopg.connect(servers.urls.owner) as other:
        # It takes a place in the order of transactions, and does not end for a while.
        other.execute("select pg_current_xact_id()")
        terminal.ask("credit", 700, target=customer.account)
        time.sleep(0.8)
        [(waiting,)] = servers.sql(
            "select count(*) from entries where (xid, id) >"
            " (select last_xid, last_entry from seals order by batch desc limit 1)"
        )
        assert waiting == 1
        other.rollback()
    sealed(servers)


def test_both_servers_publish_what_one_of_them_sealed(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    terminal.ask("credit", 700, target=customer.account)
    entries = sealed(servers)
    key = servers.keys.record_key.public_key()
    deadline = time.monotonic() + 30
    for name in ("A", "B"):
        file = servers.data_dir / "bank" / "heads" / f"{name}.jsonl"
        while True:
            answer = terminal.call("GET", "/healthz", server=name)
            shown = read_head(key, answer.headers[HEADER])
            kept = [read_head(key, record) for record in published(file)]
            if shown.position == kept[-1].position == entries:
                break
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert [h.position for h in kept] == sorted({h.position for h in kept})
        assert file.stat().st_mode & 0o077 == 0
        digests = {h.batch: h.hash for h in kept}
        rows = servers.sql("select batch, head from seals where batch = any(%s)", list(digests))
        assert {batch: bytes(digest) for batch, digest in rows} == digests


def test_a_replay_is_byte_equal_whatever_head_comes_with_it(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    jws = terminal.sign(terminal.order("credit", 700, target=customer.account))
    first = terminal.send(jws)
    sealed(servers)
    time.sleep(0.6)
    again = terminal.send(jws)
    assert again.content == first.content
    assert again.headers[HEADER] != first.headers.get(HEADER)


def test_an_entry_that_waits_too_long_raises_an_alarm(servers: Servers) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    sealed(servers)
    with psycopg.connect(servers.urls.owner) as other:
        other.execute("select pg_current_xact_id()")
        entry = terminal.ask("credit", 700, target=customer.account)["entry"]
        deadline = time.monotonic() + 30
        alarm = "select detail from alarms where kind = 'seal_lag' and subject = %s"
        while not servers.sql(alarm, str(entry)):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        other.rollback()
    assert "has not been sealed" in servers.log("A") + servers.log("B")
    sealed(servers)


def test_a_chain_is_never_rewritten_by_the_application(servers: Servers) -> None:
    servers.customer()
    sealed(servers)
    with psycopg.connect(servers.urls.application, autocommit=True) as application:
        for statement in (
            "delete from seals",
            "update seals set batch = batch + 1",
            "insert into seals select * from seals",
            "delete from bank_signatures",
        ):
            try:
                application.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                continue
            raise AssertionError(statement)
