-- The signed bytes and their place in a terminal's chain.

CREATE TYPE ledger_place AS (
    terminal text, chain uuid, seq bigint, prev bytea, jws_sha256 bytea, uid uuid, jws text, day date
);

CREATE FUNCTION ledger_link(items ledger_item[], writings ledger_writing[], carry boolean) RETURNS void
LANGUAGE plpgsql AS $$
-- Of every item that has a day to be kept under; with `carry`, of the originals they carry.
-- Another JWS in the same place raises the fork alarm and is kept all the same: arrival never
-- refuses.
DECLARE
    places ledger_place[];
    made integer;
BEGIN
    IF carry THEN
        SELECT array_agg(ROW(i.terminal, i.original_chain, i.original_seq, i.original_prev,
                i.original_jws_sha256, i.original, i.original_jws, i.kept_on)::ledger_place)
            INTO places FROM unnest(items, writings) i
            WHERE i.decided AND i.original_jws IS NOT NULL;
    ELSE
        SELECT array_agg(ROW(i.terminal, i.chain, i.seq, i.prev, i.jws_sha256, i.uid, i.jws,
                i.kept_on)::ledger_place)
            INTO places FROM unnest(items, writings) i WHERE i.kept_on IS NOT NULL;
    END IF;
    IF places IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO signed_requests (day, terminal, uid, jws_sha256, jws)
        SELECT p.day, p.terminal, p.uid, p.jws_sha256, p.jws FROM unnest(places) p
        ON CONFLICT DO NOTHING;
    INSERT INTO chain_links (terminal, chain, seq, jws_sha256, prev, uid)
        SELECT p.terminal, p.chain, p.seq, p.jws_sha256, p.prev, p.uid FROM unnest(places) p
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF made < cardinality(places) THEN
        INSERT INTO alarms (kind, terminal, subject, detail)
            SELECT 'fork', p.terminal, p.chain || '/' || p.seq,
                   encode(l.jws_sha256, 'hex') || ' and ' || encode(p.jws_sha256, 'hex')
            FROM unnest(places) p JOIN chain_links l
                ON l.terminal = p.terminal AND l.chain = p.chain AND l.seq = p.seq
            WHERE l.jws_sha256 <> p.jws_sha256
            ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO chain_gaps (terminal, chain, first_missing, last_missing)
        SELECT n.terminal, n.chain, n.before + 1, n.seq - 1
        FROM (
            SELECT p.terminal, p.chain, p.seq, greatest(h.seq, -1,
                    lag(p.seq) OVER (PARTITION BY p.terminal, p.chain ORDER BY p.seq)) AS before
            FROM unnest(places) p
            LEFT JOIN chain_heads h ON h.terminal = p.terminal AND h.chain = p.chain
        ) AS n
        WHERE n.seq > n.before + 1
        ON CONFLICT DO NOTHING;
    INSERT INTO chain_heads AS head (terminal, chain, seq, jws_sha256, received_at)
        SELECT DISTINCT ON (p.terminal, p.chain) p.terminal, p.chain, p.seq, p.jws_sha256,
            clock_timestamp()
        FROM unnest(places) p ORDER BY p.terminal, p.chain, p.seq DESC
        ON CONFLICT (terminal, chain) DO UPDATE SET seq = EXCLUDED.seq,
            jws_sha256 = EXCLUDED.jws_sha256, received_at = EXCLUDED.received_at
        WHERE head.seq < EXCLUDED.seq;
END $$;

CREATE OR REPLACE FUNCTION ledger_gaps(older_than interval)
RETURNS TABLE (terminal text, chain uuid, first_missing bigint, last_missing bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Places of terminals' chains that were left out when a later one arrived, that long ago.
    SELECT n.terminal, n.chain, n.before + 1, n.seq - 1
    FROM (
        SELECT g.terminal, g.chain, l.seq, lag(l.seq) OVER (
                PARTITION BY g.terminal, g.chain, g.first_missing ORDER BY l.seq) AS before
        FROM chain_gaps g CROSS JOIN LATERAL (
            SELECT k.seq FROM chain_links k WHERE k.terminal = g.terminal AND k.chain = g.chain
                AND k.seq BETWEEN g.first_missing AND g.last_missing
            UNION ALL VALUES (g.first_missing - 1), (g.last_missing + 1)
        ) AS l
        WHERE g.noticed_at < clock_timestamp() - older_than
    ) AS n
    WHERE n.seq > n.before + 1
$$;

CREATE OR REPLACE FUNCTION ledger_raise_alarms() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What time alone makes alarming: gaps after 24 h, holds after 15 min. Returns how many are new.
-- A gap whose alarm was raised, or that has filled, is not looked at again.
DECLARE
    gaps integer;
    old_holds integer;
BEGIN
    INSERT INTO alarms (kind, terminal, subject, detail)
        SELECT 'gap', g.terminal, g.chain || '/' || g.first_missing,
               g.first_missing || ' to ' || g.last_missing
        FROM ledger_gaps(interval '24 h') g ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS gaps = ROW_COUNT;
    DELETE FROM chain_gaps WHERE noticed_at < clock_timestamp() - interval '48 h';
    INSERT INTO alarms (kind, terminal, subject, detail)
        SELECT 'old_hold', h.terminal, h.uid::text, h.amount_minor::text
        FROM open_holds o JOIN holds h ON h.terminal = o.terminal AND h.uid = o.uid
        WHERE o.made_at < clock_timestamp() - interval '15 min'
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS old_holds = ROW_COUNT;
    RETURN gaps + old_holds;
END $$;
