-- Sealing with one plan for a connection's whole life: planning each entry's look-ups over every
-- month's partitions took ten times as long as hashing it.

CREATE FUNCTION ledger_canonical(e entries, body_hash bytea, legs text) RETURNS bytea
LANGUAGE sql STABLE AS $$
-- An entry's canonical bytes: a JSON array of texts in UTF-8, without spaces. `legs` are its
-- postings, "account:amount:balance" by account; the request is named by its body's hash.
    SELECT convert_to(array_to_json(ARRAY[
        e.id::text, to_char(e.day, 'YYYY-MM-DD'), e.kind, e.text, e.terminal, e.uid::text,
        (extract(epoch FROM e.booked_at) * 1000000)::bigint::text, encode(body_hash, 'hex'), legs
    ])::text, 'UTF8')
$$;
REVOKE ALL ON FUNCTION ledger_canonical(entries, bytea, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION ledger_seal(known_batch bigint, most integer DEFAULT 5000)
RETURNS TABLE (batch bigint, "position" bigint, head bytea, sealed_at bigint, lag_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
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
        SELECT array_agg(n.id ORDER BY n.xid, n.id), max(n.xid),
               string_agg(sha256(n.canonical), ''::bytea ORDER BY n.xid, n.id)
            INTO made.entries, made.last_xid, made.leaves
            FROM (
                SELECT e.id, e.xid, ledger_canonical(e.entry, r.body_hash, p.legs) AS canonical
                FROM (
                    SELECT n AS entry, n.id, n.day, n.xid, n.terminal, n.uid FROM entries n
                    WHERE (n.xid, n.id)
                            > (coalesce(before.last_xid, '0'), coalesce(before.last_entry, 0))
                        AND n.xid < complete
                    ORDER BY n.xid, n.id LIMIT least(most, 10000)
                ) AS e
                LEFT JOIN LATERAL (SELECT n.body_hash FROM requests n
                    WHERE n.terminal = e.terminal AND n.uid = e.uid LIMIT 1) AS r ON true
                CROSS JOIN LATERAL (
                    SELECT string_agg(concat_ws(':', n.account, n.amount_minor, n.balance_minor),
                        ',' ORDER BY n.account) AS legs
                    FROM postings n WHERE n.entry = e.id AND n.day = e.day
                ) AS p
            ) AS n;
        IF made.entries IS NOT NULL THEN
            made.head := sha256(coalesce(before.head, decode(repeat('00', 32), 'hex'))
                || int8send(made.batch) || int8send(made.first_position) || made.leaves);
            made.last_entry := made.entries[cardinality(made.entries)];
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

DROP FUNCTION ledger_canonical(entries);
