-- What a batch writes: requests, entries and postings from one reading of its answers.

CREATE OR REPLACE FUNCTION ledger_write(
    answers requests[], writings ledger_writing[], today date, moment timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
-- The requests with their outcomes, entries, postings, holds and what became of them.
BEGIN
    WITH i AS MATERIALIZED (SELECT * FROM unnest(answers, writings) WHERE decided),
    request AS (
        INSERT INTO requests
            SELECT i.terminal, i.uid, i.kind, i.chain, i.seq, i.body_hash, i.amount_minor,
                i.currency, i.original, i.outcome, i.reason, i.original_outcome,
                i.original_reason, i.entry, i.entry_day, i.case_number, i.reference,
                i.answer_version, i.day, i.decided_at
            FROM i
    ), entry AS (
        INSERT INTO entries (id, day, kind, text, terminal, uid, booked_at)
            SELECT i.made, today, i.entry_kind, i.entry_text, i.terminal, i.uid, moment
            FROM i WHERE i.made IS NOT NULL
    )
    INSERT INTO postings (account, entry, day, amount_minor, balance_minor)
        SELECT leg.account, i.made, today, leg.amount_minor, leg.balance_minor
        FROM i CROSS JOIN LATERAL (VALUES
            (i.payer, -i.amount_minor, i.payer_balance_minor),
            (i.payee, i.amount_minor, i.payee_balance_minor)
        ) AS leg (account, amount_minor, balance_minor)
        WHERE i.made IS NOT NULL;
    IF EXISTS (SELECT 1 FROM unnest(writings) w WHERE w.hold_of IS NOT NULL) THEN
        INSERT INTO holds (terminal, uid, account, customer, amount_minor, without_finger, day,
                made_at)
            SELECT i.terminal, i.uid, i.payer, i.hold_of, i.amount_minor, i.without_finger, today,
                moment
            FROM unnest(answers, writings) i WHERE i.hold_of IS NOT NULL;
        INSERT INTO open_holds (terminal, uid, made_at)
            SELECT i.terminal, i.uid, moment
            FROM unnest(answers, writings) i WHERE i.hold_of IS NOT NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(writings) w WHERE w.settles_minor IS NOT NULL) THEN
        INSERT INTO hold_settlements (terminal, hold, settled_by, posted_minor, settled_at)
            SELECT i.terminal, i.original, i.uid, i.settles_minor, moment
            FROM unnest(answers, writings) i WHERE i.settles_minor IS NOT NULL;
        -- By place: the rows are never changed, and few beside the dead ones of holds that were.
        DELETE FROM open_holds o WHERE o.ctid = ANY (ARRAY(
            SELECT n.place FROM unnest(answers, writings) i CROSS JOIN LATERAL (
                SELECT h.ctid AS place FROM open_holds h
                WHERE h.terminal = i.terminal AND h.uid = i.original LIMIT 1) AS n
            WHERE i.settles_minor IS NOT NULL));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION ledger_link(
    items ledger_item[], writings ledger_writing[], carry boolean
) RETURNS void LANGUAGE plpgsql AS $$
-- Of every item that has a day to be kept under; with `carry`, of the originals they carry.
-- Another JWS in the same place raises the fork alarm and is kept all the same: arrival never
-- refuses.
DECLARE
    places ledger_place[];
    made integer;
    gapless boolean;
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
            FROM unnest(places) p CROSS JOIN LATERAL (SELECT n.jws_sha256 FROM chain_links n
                WHERE n.terminal = p.terminal AND n.chain = p.chain AND n.seq = p.seq LIMIT 1) AS l
            WHERE l.jws_sha256 <> p.jws_sha256
            ON CONFLICT DO NOTHING;
    END IF;
    -- The usual case in one pass: in every chain the next places, one after the other.
    SELECT bool_and(n.first = coalesce(h.seq, -1) + 1 AND n.last - n.first + 1 = n.places)
        INTO gapless
        FROM (
            SELECT p.terminal, p.chain, min(p.seq) AS first, max(p.seq) AS last,
                count(*) AS places
            FROM unnest(places) p GROUP BY p.terminal, p.chain
        ) AS n
        LEFT JOIN LATERAL (SELECT c.seq FROM chain_heads c
            WHERE c.terminal = n.terminal AND c.chain = n.chain LIMIT 1) AS h ON true;
    IF NOT gapless THEN
        INSERT INTO chain_gaps (terminal, chain, first_missing, last_missing)
            SELECT n.terminal, n.chain, n.before + 1, n.seq - 1
            FROM (
                SELECT p.terminal, p.chain, p.seq, greatest(h.seq, -1,
                        lag(p.seq) OVER (PARTITION BY p.terminal, p.chain ORDER BY p.seq)) AS before
                FROM unnest(places) p LEFT JOIN LATERAL (SELECT c.seq FROM chain_heads c
                    WHERE c.terminal = p.terminal AND c.chain = p.chain LIMIT 1) AS h ON true
            ) AS n
            WHERE n.seq > n.before + 1
            ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO chain_heads AS head (terminal, chain, seq, jws_sha256, received_at)
        SELECT DISTINCT ON (p.terminal, p.chain) p.terminal, p.chain, p.seq, p.jws_sha256,
            clock_timestamp()
        FROM unnest(places) p ORDER BY p.terminal, p.chain, p.seq DESC
        ON CONFLICT (terminal, chain) DO UPDATE SET seq = EXCLUDED.seq,
            jws_sha256 = EXCLUDED.jws_sha256, received_at = EXCLUDED.received_at
        WHERE head.seq < EXCLUDED.seq;
END $$;
