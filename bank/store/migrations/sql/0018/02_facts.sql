-- One row an item: what no other item of the batch changes.

CREATE TYPE ledger_fact AS (
    k bigint, kind text, uid uuid, amount_minor bigint, currency text, pin text, pin_of uuid,
    terminal text, source text, target text, text text, original uuid, session bytea,
    body_hash bytea, chain uuid, seq bigint, reference text, carries boolean,
    stored requests, tombstoned boolean, session_of uuid, finger boolean, refreshed_at timestamptz,
    machine_currency text, cash_account bigint,
    hold_account bigint, hold_of uuid, hold_minor bigint, hold_day date,
    hold_without_finger boolean, settled_minor bigint,
    was_uid uuid, was_outcome text, was_reason text, was_entry bigint, was_case text
);

DROP FUNCTION ledger_facts(ledger_item[]);
CREATE FUNCTION ledger_order_facts(items ledger_item[]) RETURNS SETOF ledger_fact
LANGUAGE sql STABLE AS $$
-- Of orders alone. LIMIT 1 keeps each look-up a look-up: a plain join could be turned round.
    SELECT i.ordinality, i.kind, i.uid, i.amount_minor, i.currency, i.pin, i.customer,
        i.terminal, i.source, i.target, i.text, i.original, i.session,
        i.body_hash, i.chain, i.seq, i.reference, false,
        r.stored, t.uid IS NOT NULL, s.customer, s.finger, s.refreshed_at,
        m.currency, m.cash_account,
        NULL::bigint, NULL::uuid, NULL::bigint, NULL::date, NULL::boolean, NULL::bigint,
        NULL::uuid, NULL::text, NULL::text, NULL::bigint, NULL::text
    FROM unnest(items) WITH ORDINALITY AS i
    CROSS JOIN LATERAL (SELECT * FROM terminals n WHERE n.id = i.terminal LIMIT 1) AS m
    LEFT JOIN LATERAL (SELECT n AS stored FROM requests n
        WHERE n.terminal = i.terminal AND n.uid = i.uid LIMIT 1) AS r ON true
    LEFT JOIN LATERAL (SELECT * FROM tombstones n
        WHERE n.terminal = i.terminal AND n.uid = i.uid LIMIT 1) AS t ON true
    LEFT JOIN LATERAL (SELECT * FROM sessions n
        WHERE n.id_hash = i.session AND n.terminal = i.terminal AND 'customer' = ANY (n.roles)
            AND n.ended_at IS NULL AND n.idle_until > clock_timestamp()
            AND n.expires_at > clock_timestamp() LIMIT 1) AS s ON true
$$;

CREATE FUNCTION ledger_facts(items ledger_item[]) RETURNS SETOF ledger_fact
LANGUAGE sql STABLE AS $$
-- Of orders and advices: also the hold or the request that an item names.
    SELECT i.ordinality, i.kind, i.uid, i.amount_minor, i.currency, i.pin, i.customer,
        i.terminal, i.source, i.target, i.text, i.original, i.session,
        i.body_hash, i.chain, i.seq, i.reference, i.original_jws IS NOT NULL,
        r.stored, t.uid IS NOT NULL, s.customer, s.finger, s.refreshed_at,
        m.currency, m.cash_account,
        h.account, h.customer, h.amount_minor, h.day, h.without_finger, z.posted_minor,
        o.uid, o.outcome, o.reason, o.entry, o.case_number
    FROM unnest(items) WITH ORDINALITY AS i
    CROSS JOIN LATERAL (SELECT * FROM terminals n WHERE n.id = i.terminal LIMIT 1) AS m
    LEFT JOIN LATERAL (SELECT n AS stored FROM requests n
        WHERE n.terminal = i.terminal AND n.uid = i.uid LIMIT 1) AS r ON true
    LEFT JOIN LATERAL (SELECT * FROM tombstones n
        WHERE n.terminal = i.terminal AND n.uid = i.uid LIMIT 1) AS t ON true
    LEFT JOIN LATERAL (SELECT * FROM sessions n
        WHERE n.id_hash = i.session AND n.terminal = i.terminal AND 'customer' = ANY (n.roles)
            AND n.ended_at IS NULL AND n.idle_until > clock_timestamp()
            AND n.expires_at > clock_timestamp() LIMIT 1) AS s ON true
    LEFT JOIN LATERAL (SELECT * FROM holds n
        WHERE n.terminal = i.terminal AND n.uid = i.original
            AND i.kind IN ('confirm', 'reversal') LIMIT 1) AS h ON true
    LEFT JOIN LATERAL (SELECT * FROM hold_settlements n
        WHERE n.terminal = h.terminal AND n.hold = h.uid LIMIT 1) AS z ON true
    LEFT JOIN LATERAL (SELECT * FROM requests n
        WHERE n.terminal = i.terminal AND n.uid = i.original
            AND i.kind IN ('reversal', 'settle') LIMIT 1) AS o ON true
$$;

REVOKE ALL ON FUNCTION ledger_order_facts(ledger_item[]), ledger_facts(ledger_item[]) FROM PUBLIC;
