-- Room for changed rows beside the old ones (heap-only tuples), and what a chain's end and gaps are
-- read from, now that nobody may look through a whole chain.

ALTER TABLE accounts SET (fillfactor = 60);
ALTER TABLE customer_usage SET (fillfactor = 60);
ALTER TABLE terminal_cash SET (fillfactor = 20);

-- The same rules without a regular expression at every change of a balance.
ALTER TABLE accounts DROP CONSTRAINT accounts_number_check, DROP CONSTRAINT accounts_currency_check,
    ADD CONSTRAINT accounts_number_check
        CHECK (length(number) = 10 AND translate(number, '0123456789', '') = ''),
    ADD CONSTRAINT accounts_currency_check CHECK (length(currency) = 3
        AND translate(currency, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '') = '');

CREATE TABLE chain_heads (
    terminal text NOT NULL,
    chain uuid NOT NULL,
    seq bigint NOT NULL,                         -- the highest that has arrived
    jws_sha256 bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (terminal, chain)
) WITH (fillfactor = 20);

CREATE TABLE chain_gaps (
    terminal text NOT NULL,
    chain uuid NOT NULL,
    first_missing bigint NOT NULL,
    last_missing bigint NOT NULL,
    noticed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (terminal, chain, first_missing)
);
COMMENT ON TABLE chain_gaps IS
    'Places that were empty when a later one arrived; ledger_gaps says which still are.';

INSERT INTO chain_heads
    SELECT DISTINCT ON (terminal, chain) terminal, chain, seq, jws_sha256, received_at
    FROM chain_links ORDER BY terminal, chain, seq DESC;
INSERT INTO chain_gaps
    SELECT l.terminal, l.chain, l.before + 1, l.seq - 1, l.received_at
    FROM (
        SELECT k.terminal, k.chain, k.seq, k.received_at,
               coalesce(lag(k.seq) OVER (PARTITION BY k.terminal, k.chain ORDER BY k.seq), -1)
                   AS before
        FROM chain_links k
    ) AS l
    WHERE l.seq > l.before + 1;
DROP INDEX chain_links_terminal_received_at_idx;

-- The few holds that are not settled yet, beside all that ever were.
CREATE TABLE open_holds (
    terminal text NOT NULL,
    uid uuid NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (terminal, uid)
);
INSERT INTO open_holds
    SELECT h.terminal, h.uid, h.made_at FROM holds h
    WHERE NOT EXISTS (SELECT 1 FROM hold_settlements s
        WHERE s.terminal = h.terminal AND s.hold = h.uid);
