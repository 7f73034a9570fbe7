-- What a terminal says of its chain, beside what the bank has of it (MONEY.md 7).

CREATE TABLE terminal_hellos (
    terminal text PRIMARY KEY REFERENCES terminals,
    chain uuid NOT NULL,                         -- the one that counts, whatever else is told
    standing text NOT NULL CHECK (standing IN ('known', 'older', 'diverged', 'foreign')),
    told_chain uuid NOT NULL,
    told_seq bigint NOT NULL,                    -- the last place that is used, or was lost
    told_head_seq bigint NOT NULL,               -- the place of the last request that is there
    told_head bytea NOT NULL,
    pending bigint NOT NULL,                     -- advices the terminal has not got rid of
    cassettes jsonb NOT NULL,                    -- its notes: how many, by denomination
    hello_at timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE terminal_hellos IS 'What each terminal said last, and whether the bank knows it so.';

CREATE TABLE chain_openings (
    chain uuid PRIMARY KEY,
    terminal text NOT NULL REFERENCES terminals,
    follows_chain uuid NOT NULL,
    follows_seq bigint NOT NULL,                 -- the last request the bank knew, and its hash
    follows_head bytea NOT NULL,
    act uuid NOT NULL,                           -- of the second of the two people
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE chain_openings IS 'Chains that two people opened in place of one that was lost.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON chain_openings
    FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE FUNCTION chain_known(
    of_terminal text, of_chain uuid, OUT seq bigint, OUT head bytea
) LANGUAGE sql STABLE AS $$
-- The last request of a chain that the bank has, or, of a chain that begins, the one it follows.
    SELECT k.seq, k.head FROM (
        SELECT h.seq, h.jws_sha256 AS head FROM chain_heads h
            WHERE h.terminal = of_terminal AND h.chain = of_chain
        UNION ALL
        SELECT o.follows_seq, o.follows_head FROM chain_openings o WHERE o.chain = of_chain
    ) AS k ORDER BY k.seq DESC LIMIT 1
$$;

CREATE FUNCTION terminal_hello(
    of_terminal text, chain_told uuid, seq_told bigint, head_seq_told bigint, head_told bytea,
    pending_told bigint, cassettes_told jsonb,
    OUT standing text, OUT overtaken boolean,
    OUT known_chain uuid, OUT known_seq bigint, OUT known_head bytea
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Keeps what is told and says how it stands to what the bank has: 'known'; 'older', the bank has
-- requests that the journal has not; 'diverged', another request in the same place; 'foreign',
-- another chain, which nobody opened. All but the first raise the fork alarm. `overtaken`: it is
-- behind, and says so for the first time: a request may have come past a slow hello, so that the
-- alarm waits until the very same is told again.
DECLARE
    before terminal_hellos;
    there bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hello/' || of_terminal, 3));
    SELECT * INTO before FROM terminal_hellos h WHERE h.terminal = of_terminal;
    known_chain := before.chain;
    IF known_chain IS NULL THEN
        SELECT h.chain INTO known_chain FROM chain_heads h WHERE h.terminal = of_terminal
            ORDER BY h.received_at DESC LIMIT 1;
    END IF;
    SELECT k.seq, k.head INTO known_seq, known_head
        FROM chain_known(of_terminal, known_chain) k;
    IF known_seq IS NULL THEN
        -- Nothing was ever signed on the chain that counted: any may take its place.
        known_chain := chain_told;
        SELECT k.seq, k.head INTO known_seq, known_head
            FROM chain_known(of_terminal, known_chain) k;
    END IF;
    IF known_chain = chain_told AND head_seq_told > 0 THEN
        SELECT l.jws_sha256 INTO there FROM chain_links l
            WHERE l.terminal = of_terminal AND l.chain = chain_told AND l.seq = head_seq_told;
        IF there IS NULL THEN
            SELECT o.follows_head INTO there FROM chain_openings o
                WHERE o.chain = chain_told AND o.follows_seq = head_seq_told;
        END IF;
    END IF;
    standing := CASE
        WHEN known_chain <> chain_told THEN 'foreign'
        WHEN there <> head_told THEN 'diverged'
        WHEN known_seq > seq_told THEN 'older'
        ELSE 'known' END;
    overtaken := standing = 'older' AND (before.standing, before.told_chain, before.told_seq,
            before.told_head) IS DISTINCT FROM (standing, chain_told, seq_told, head_told);
    INSERT INTO terminal_hellos VALUES (of_terminal, known_chain, standing, chain_told, seq_told,
            head_seq_told, head_told, pending_told, cassettes_told, clock_timestamp())
        ON CONFLICT (terminal) DO UPDATE SET chain = EXCLUDED.chain,
            standing = EXCLUDED.standing, told_chain = EXCLUDED.told_chain,
            told_seq = EXCLUDED.told_seq, told_head_seq = EXCLUDED.told_head_seq,
            told_head = EXCLUDED.told_head, pending = EXCLUDED.pending,
            cassettes = EXCLUDED.cassettes, hello_at = EXCLUDED.hello_at;
    IF standing <> 'known' AND NOT overtaken THEN
        INSERT INTO alarms (kind, terminal, subject, detail) VALUES ('fork', of_terminal,
                'hello ' || chain_told || CASE standing WHEN 'foreign' THEN ''
                    ELSE '/' || seq_told END,
                standing || ': the journal ends at ' || seq_told || ' with '
                    || encode(head_told, 'hex') || ', the bank has ' || known_chain || '/'
                    || known_seq || ' with ' || encode(known_head, 'hex'))
            ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE FUNCTION chain_open(
    of_terminal text, new_chain uuid, after_seq bigint, after_head bytea, of_act uuid
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Lets a chain that a terminal tells of take the place of the one that counts. Without `of_act` it
-- only looks. 'opened'; 'already'; 'unknown', there is no such terminal or it told nothing;
-- 'changed', it tells another one, or the bank has heard more of the old one since.
DECLARE
    told terminal_hellos;
    known record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hello/' || of_terminal, 3));
    SELECT * INTO told FROM terminal_hellos h WHERE h.terminal = of_terminal;
    IF told.terminal IS NULL THEN
        RETURN 'unknown';
    ELSIF told.chain = new_chain THEN
        RETURN 'already';
    END IF;
    SELECT * INTO known FROM chain_known(of_terminal, told.chain);
    IF (told.standing, told.told_chain, told.told_seq, told.told_head, known.seq, known.head)
            IS DISTINCT FROM ('foreign', new_chain, after_seq, after_head, after_seq, after_head)
    THEN
        RETURN 'changed';
    END IF;
    IF of_act IS NOT NULL THEN
        INSERT INTO chain_openings (chain, terminal, follows_chain, follows_seq, follows_head, act)
            VALUES (new_chain, of_terminal, told.chain, after_seq, after_head, of_act);
        UPDATE terminal_hellos SET chain = new_chain, standing = 'known'
            WHERE terminal = of_terminal;
    END IF;
    RETURN 'opened';
END $$;

CREATE OR REPLACE FUNCTION ledger_gaps(older_than interval)
RETURNS TABLE (terminal text, chain uuid, first_missing bigint, last_missing bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Places of terminals' chains that were left out when a later one arrived, that long ago. A chain
-- begins at 1, or after the request it follows.
    SELECT n.terminal, n.chain, n.before + 1, n.seq - 1
    FROM (
        SELECT g.terminal, g.chain, l.seq, greatest(coalesce(o.follows_seq, 0), lag(l.seq) OVER (
                PARTITION BY g.terminal, g.chain, g.first_missing ORDER BY l.seq)) AS before,
            lag(l.seq) OVER (
                PARTITION BY g.terminal, g.chain, g.first_missing ORDER BY l.seq) AS any_before
        FROM chain_gaps g LEFT JOIN chain_openings o ON o.chain = g.chain
        CROSS JOIN LATERAL (
            SELECT k.seq FROM chain_links k WHERE k.terminal = g.terminal AND k.chain = g.chain
                AND k.seq BETWEEN g.first_missing AND g.last_missing
            UNION ALL VALUES (g.first_missing - 1), (g.last_missing + 1)
        ) AS l
        WHERE g.noticed_at < clock_timestamp() - older_than
    ) AS n
    WHERE n.any_before IS NOT NULL AND n.seq > n.before + 1
$$;

REVOKE ALL ON FUNCTION chain_known(text, uuid),
    terminal_hello(text, uuid, bigint, bigint, bytea, bigint, jsonb),
    chain_open(text, uuid, bigint, bytea, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chain_known(text, uuid),
    terminal_hello(text, uuid, bigint, bigint, bytea, bigint, jsonb),
    chain_open(text, uuid, bigint, bytea, uuid) TO bank_app;
GRANT SELECT ON terminal_hellos, chain_openings TO bank_app;
