-- The rows a batch may change are locked first, then everything is read that its decisions rest on.

DROP FUNCTION ledger_decide(jsonb, jsonb), ledger_decide_one(ledger_item, ledger_rules, date),
    ledger_lock(ledger_item[], date), ledger_authorise(ledger_item, ledger_rules, date),
    ledger_transfer(ledger_item, ledger_rules, date), ledger_source(ledger_item, ledger_rules),
    ledger_confirm(ledger_item, date), ledger_suspend_confirm(ledger_item, date, text),
    ledger_release(holds, uuid, bigint), ledger_reversal(ledger_item, date),
    ledger_credit(ledger_item, ledger_rules, date), ledger_settle(ledger_item),
    ledger_live_session(ledger_item, integer), ledger_usage(uuid, date),
    ledger_link(text, uuid, bigint, bytea, bytea, uuid, date, text), ledger_refusal(text);
DROP TYPE ledger_decision;

CREATE FUNCTION ledger_lock(
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
            FROM unnest(items) i JOIN terminals t ON t.id = i.terminal
            LEFT JOIN holds h ON h.terminal = i.terminal AND h.uid = i.original
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

CREATE FUNCTION ledger_facts(items ledger_item[]) RETURNS TABLE (
    k bigint, kind text, uid uuid, amount_minor bigint, currency text, pin text, pin_of uuid,
    terminal text, source text, target text, text text, original uuid, session bytea,
    body_hash bytea, chain uuid, seq bigint, reference text, carries boolean,
    stored requests, tombstoned boolean, session_of uuid, finger boolean, refreshed_at timestamptz,
    machine_currency text, cash_account bigint, loaded_minor bigint,
    hold_account bigint, hold_of uuid, hold_minor bigint, hold_day date,
    hold_without_finger boolean, settled_minor bigint,
    was_uid uuid, was_outcome text, was_reason text, was_entry bigint, was_case text
) LANGUAGE sql STABLE AS $$
-- One row an item: what no other item of the batch changes.
    SELECT i.ordinality, i.kind, i.uid, i.amount_minor, i.currency, i.pin, i.customer,
        i.terminal, i.source, i.target, i.text, i.original, i.session,
        i.body_hash, i.chain, i.seq, i.reference, i.original_jws IS NOT NULL,
        r, t.uid IS NOT NULL, s.customer, s.finger, s.refreshed_at,
        m.currency, m.cash_account, c.loaded_minor,
        h.account, h.customer, h.amount_minor, h.day, h.without_finger, z.posted_minor,
        o.uid, o.outcome, o.reason, o.entry, o.case_number
    FROM unnest(items) WITH ORDINALITY AS i
    JOIN terminals m ON m.id = i.terminal
    LEFT JOIN terminal_cash c ON c.terminal = i.terminal
    LEFT JOIN requests r ON r.terminal = i.terminal AND r.uid = i.uid
    LEFT JOIN tombstones t ON t.terminal = i.terminal AND t.uid = i.uid
    LEFT JOIN sessions s ON s.id_hash = i.session AND s.terminal = i.terminal
        AND s.ended_at IS NULL AND s.idle_until > clock_timestamp()
        AND s.expires_at > clock_timestamp()
    LEFT JOIN holds h ON h.terminal = i.terminal
        AND h.uid = CASE WHEN i.kind IN ('confirm', 'reversal') THEN i.original END
    LEFT JOIN hold_settlements z ON z.terminal = h.terminal AND z.hold = h.uid
    LEFT JOIN requests o ON o.terminal = i.terminal
        AND o.uid = CASE WHEN i.kind IN ('reversal', 'settle') THEN i.original END
    ORDER BY i.ordinality
$$;
