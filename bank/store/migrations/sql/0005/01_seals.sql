-- The chain over the ledger's entries (MONEY.md 6). A batch of entries is sealed in one statement;
-- its head covers the head before it. bank/seal computes the same bytes again to verify them.

-- What a sealer has not taken yet is behind this index.
CREATE INDEX entries_in_commit_order ON entries (xid, id);

CREATE TABLE seals (
    batch bigint PRIMARY KEY CHECK (batch > 0),
    first_position bigint NOT NULL,              -- of its first entry; positions count from 1
    entries bigint[] NOT NULL CHECK (cardinality(entries) BETWEEN 1 AND 10000),
    leaves bytea NOT NULL,                       -- SHA-256 of each entry's canonical bytes
    head bytea NOT NULL CHECK (octet_length(head) = 32),
    last_xid xid8 NOT NULL,                      -- of its last entry: where the next one begins
    last_entry bigint NOT NULL,
    sealed_at timestamptz NOT NULL,
    CHECK (octet_length(leaves) = 32 * cardinality(entries))
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON seals
    FOR EACH ROW EXECUTE FUNCTION append_only();

-- What the bank booked on its own account of things, signed by a key that no database has.
CREATE TABLE bank_signatures (
    entry bigint PRIMARY KEY,
    record text NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON bank_signatures
    FOR EACH ROW EXECUTE FUNCTION append_only();

ALTER TABLE alarms DROP CONSTRAINT alarms_kind_check;
ALTER TABLE alarms ADD CONSTRAINT alarms_kind_check
    CHECK (kind IN ('fork', 'gap', 'old_hold', 'seal_lag'));

CREATE FUNCTION ledger_canonical(e entries) RETURNS bytea
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
-- An entry's canonical bytes: a JSON array of texts in UTF-8, without spaces. Its postings are
-- "account:amount:balance" by account, the request is named by its body's hash.
    SELECT convert_to(array_to_json(ARRAY[
        e.id::text, to_char(e.day, 'YYYY-MM-DD'), e.kind, e.text, e.terminal, e.uid::text,
        (extract(epoch FROM e.booked_at) * 1000000)::bigint::text,
        (SELECT encode(r.body_hash, 'hex') FROM requests r
            WHERE r.terminal = e.terminal AND r.uid = e.uid),
        (SELECT string_agg(concat_ws(':', p.account, p.amount_minor, p.balance_minor), ','
                ORDER BY p.account)
            FROM postings p WHERE p.entry = e.id AND p.day = e.day)
    ])::text, 'UTF8')
$$;

CREATE FUNCTION ledger_seal(known_batch bigint, most integer DEFAULT 5000)
RETURNS TABLE (batch bigint, "position" bigint, head bytea, sealed_at bigint, lag_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Seals what is complete, if no other server does at this moment, and returns the newest head if
-- it is newer than `known_batch`. Entries below pg_snapshot_xmin are complete: whatever was before
-- them has ended. lag_ms: the age of the oldest entry that is not sealed.
DECLARE
    before seals;
    made seals;
    complete xid8 := pg_snapshot_xmin(pg_current_snapshot());
    oldest record;
BEGIN
    SELECT s.* INTO before FROM seals s ORDER BY s.batch DESC LIMIT 1;
    IF pg_try_advisory_xact_lock(hashtextextended('ledger_seal', 0)) THEN
        -- Once more, under the lock.
        SELECT s.* INTO before FROM seals s ORDER BY s.batch DESC LIMIT 1;
        IF before.last_xid >= pg_snapshot_xmax(pg_current_snapshot()) THEN
            RAISE EXCEPTION 'transaction numbers went back: this database is a restored dump';
        END IF;
        made.batch := coalesce(before.batch, 0) + 1;
        made.first_position := coalesce(before.first_position + cardinality(before.entries), 1);
        SELECT array_agg(n.id ORDER BY n.xid, n.id),
               string_agg(sha256(n.canonical), ''::bytea ORDER BY n.xid, n.id)
            INTO made.entries, made.leaves
            FROM (SELECT e.id, e.xid, ledger_canonical(e) AS canonical FROM entries e
                WHERE (e.xid, e.id) > (coalesce(before.last_xid, '0'), coalesce(before.last_entry, 0))
                  AND e.xid < complete
                ORDER BY e.xid, e.id LIMIT least(most, 10000)) AS n;
        IF made.entries IS NOT NULL THEN
            made.head := sha256(coalesce(before.head, decode(repeat('00', 32), 'hex'))
                || int8send(made.batch) || int8send(made.first_position) || made.leaves);
            made.last_entry := made.entries[cardinality(made.entries)];
            SELECT e.xid INTO made.last_xid FROM entries e WHERE e.id = made.last_entry;
            made.sealed_at := clock_timestamp();
            INSERT INTO seals SELECT made.*;
            before := made;
        ELSIF before.batch > known_batch THEN
            PERFORM pg_logical_emit_message(true, 'head', before.batch::text);
        END IF;
    ELSIF before.batch > known_batch THEN
        -- Another server sealed it: what is told of it waits for the standby like its own commit.
        PERFORM pg_logical_emit_message(true, 'head', before.batch::text);
    END IF;
    SELECT e.id, (extract(epoch FROM clock_timestamp() - e.booked_at) * 1000)::bigint AS age
        INTO oldest FROM entries e
        WHERE (e.xid, e.id) > (coalesce(before.last_xid, '0'), coalesce(before.last_entry, 0))
        ORDER BY e.xid, e.id LIMIT 1;
    IF oldest.age > 5000 THEN
        INSERT INTO alarms (kind, terminal, subject, detail)
            VALUES ('seal_lag', 'bank', oldest.id::text, oldest.age || ' ms')
            ON CONFLICT DO NOTHING;
    END IF;
    batch := coalesce(before.batch, 0);
    "position" := coalesce(before.first_position + cardinality(before.entries) - 1, 0);
    head := before.head;
    sealed_at := extract(epoch FROM before.sealed_at)::bigint;
    lag_ms := coalesce(oldest.age, 0);
    RETURN NEXT;
END $$;

REVOKE ALL ON FUNCTION ledger_canonical(entries), ledger_seal(bigint, integer) FROM PUBLIC;
GRANT SELECT ON seals, bank_signatures TO bank_app;
GRANT EXECUTE ON FUNCTION ledger_seal(bigint, integer) TO bank_app;
