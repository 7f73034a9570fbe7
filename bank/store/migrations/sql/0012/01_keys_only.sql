-- Every row is found by its key, whatever the planner believes of a table's size. A connection keeps
-- its plans: one made while a table was empty would go on reading all of it once it is full.

CREATE OR REPLACE FUNCTION ledger_internal(wanted text, in_currency text) RETURNS bigint
LANGUAGE plpgsql AS $$
-- The bank's own account of a kind and currency, made at its first use. Its row is locked after
-- every customer's and terminal's, whatever its id, so that no two statements wait in a circle.
DECLARE
    found_id bigint;
BEGIN
    -- The kinds by name are what lets the planner use accounts_internal, an index over these alone.
    SELECT id INTO found_id FROM accounts WHERE kind = wanted AND currency = in_currency
        AND kind IN ('suspense', 'fees', 'demo_funding', 'vault');
    IF found_id IS NULL THEN
        INSERT INTO accounts (kind, currency, name) VALUES (wanted, in_currency, wanted)
            ON CONFLICT DO NOTHING;
        SELECT id INTO found_id FROM accounts WHERE kind = wanted AND currency = in_currency
            AND kind IN ('suspense', 'fees', 'demo_funding', 'vault');
    END IF;
    RETURN found_id;
END $$;

CREATE OR REPLACE FUNCTION ledger_facts(items ledger_item[]) RETURNS TABLE (
    k bigint, kind text, uid uuid, amount_minor bigint, currency text, pin text, pin_of uuid,
    terminal text, source text, target text, text text, original uuid, session bytea,
    body_hash bytea, chain uuid, seq bigint, reference text, carries boolean,
    stored requests, tombstoned boolean, session_of uuid, finger boolean, refreshed_at timestamptz,
    machine_currency text, cash_account bigint, loaded_minor bigint,
    hold_account bigint, hold_of uuid, hold_minor bigint, hold_day date,
    hold_without_finger boolean, settled_minor bigint,
    was_uid uuid, was_outcome text, was_reason text, was_entry bigint, was_case text
) LANGUAGE sql STABLE AS $$
-- One row an item: what no other item of the batch changes. LIMIT 1 keeps each look-up a look-up:
-- a plain join could be turned round.
    SELECT i.ordinality, i.kind, i.uid, i.amount_minor, i.currency, i.pin, i.customer,
        i.terminal, i.source, i.target, i.text, i.original, i.session,
        i.body_hash, i.chain, i.seq, i.reference, i.original_jws IS NOT NULL,
        r.stored, t.uid IS NOT NULL, s.customer, s.finger, s.refreshed_at,
        m.currency, m.cash_account, c.loaded_minor,
        h.account, h.customer, h.amount_minor, h.day, h.without_finger, z.posted_minor,
        o.uid, o.outcome, o.reason, o.entry, o.case_number
    FROM unnest(items) WITH ORDINALITY AS i
    CROSS JOIN LATERAL (SELECT * FROM terminals n WHERE n.id = i.terminal LIMIT 1) AS m
    LEFT JOIN LATERAL (SELECT * FROM terminal_cash n WHERE n.terminal = i.terminal LIMIT 1) AS c
        ON true
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
    ORDER BY i.ordinality
$$;

CREATE OR REPLACE FUNCTION ledger_lock(
    items ledger_item[], today date,
    OUT accounts_seen bigint[], OUT numbers text[], OUT owners uuid[], OUT statuses text[],
    OUT currencies text[], OUT booked bigint[], OUT held bigint[],
    OUT customers_seen uuid[], OUT withdrawn bigint[], OUT transferred bigint[],
    OUT fingerless bigint[],
    OUT machines_seen text[], OUT paid bigint[], OUT taken bigint[], OUT taken_today bigint[]
) LANGUAGE plpgsql AS $$
-- Every row the items may change, locked in one order for all (accounts with lower ids first,
-- then customers, then machines), and what each has now. The limits are of today.
DECLARE
    sources text[];
    targets text[];
    machines text[];
    advised boolean;
    ids bigint[];
    customers uuid[];
BEGIN
    SELECT array_agg(i.source), array_agg(i.target),
            array_agg(DISTINCT i.terminal)
                FILTER (WHERE i.kind IN ('authorise', 'confirm', 'reversal', 'credit')),
            bool_or(i.kind IN ('confirm', 'reversal', 'credit'))
        INTO sources, targets, machines, advised FROM unnest(items) i;
    SELECT array_agg(a.id), array_agg(a.customer) INTO ids, customers
        FROM accounts a WHERE a.number = ANY (sources);
    ids := ids || ARRAY(SELECT a.id FROM accounts a WHERE a.number = ANY (targets));
    IF advised THEN
        SELECT ids || array_agg(h.account) || array_agg(t.cash_account),
                customers || array_agg(h.customer)
            INTO ids, customers
            FROM unnest(items) i
            CROSS JOIN LATERAL (SELECT n.cash_account FROM terminals n
                WHERE n.id = i.terminal LIMIT 1) AS t
            LEFT JOIN LATERAL (SELECT n.account, n.customer FROM holds n
                WHERE n.terminal = i.terminal AND n.uid = i.original LIMIT 1) AS h ON true
            WHERE i.kind IN ('confirm', 'reversal', 'credit');
    END IF;
    SELECT array_agg(l.id), array_agg(l.number), array_agg(l.customer), array_agg(l.status),
            array_agg(l.currency), array_agg(l.booked_minor), array_agg(l.held_minor)
        INTO accounts_seen, numbers, owners, statuses, currencies, booked, held
        FROM (SELECT * FROM accounts a WHERE a.id = ANY (ids) ORDER BY a.id FOR NO KEY UPDATE) AS l;
    SELECT array_agg(l.customer),
            array_agg(CASE WHEN l.day < today THEN 0 ELSE l.withdrawn_minor END),
            array_agg(CASE WHEN l.day < today THEN 0 ELSE l.transferred_minor END),
            array_agg(CASE WHEN l.day < today THEN 0 ELSE l.without_finger_minor END)
        INTO customers_seen, withdrawn, transferred, fingerless
        FROM (
            SELECT * FROM customer_usage u
            WHERE u.customer = ANY (customers)
            ORDER BY u.customer FOR NO KEY UPDATE
        ) AS l;
    IF machines IS NOT NULL THEN
        SELECT array_agg(l.terminal), array_agg(l.paid_minor), array_agg(l.taken_minor),
                array_agg(CASE WHEN l.day < today THEN 0 ELSE l.taken_today_minor END)
            INTO machines_seen, paid, taken, taken_today
            FROM (SELECT * FROM terminal_cash c WHERE c.terminal = ANY (machines)
                ORDER BY c.terminal FOR NO KEY UPDATE) AS l;
    END IF;
END $$;
