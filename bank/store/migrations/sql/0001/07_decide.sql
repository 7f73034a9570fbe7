-- The one statement that moves money: items in, one stored decision each out.

CREATE FUNCTION ledger_lock(items ledger_item[], today date) RETURNS void LANGUAGE plpgsql AS $$
-- Every row the items may change, in one order for all: customers, terminals, accounts by id.
DECLARE
    numbers text[];
    hold_accounts bigint[];
    customers uuid[];
BEGIN
    SELECT array_agg(i.source) || array_agg(i.target) INTO numbers FROM unnest(items) i;
    SELECT array_agg(h.account), array_agg(h.customer) INTO hold_accounts, customers
        FROM unnest(items) i JOIN holds h ON h.terminal = i.terminal AND h.uid = i.original
        WHERE i.kind IN ('confirm', 'reversal');
    SELECT customers || array_agg(a.customer) INTO customers
        FROM unnest(items) i JOIN accounts a ON a.number = i.source
        WHERE i.kind IN ('authorise', 'transfer');
    PERFORM 1 FROM customer_usage u WHERE u.customer = ANY (customers)
        ORDER BY u.customer FOR NO KEY UPDATE;
    PERFORM 1 FROM terminal_cash c
        WHERE c.terminal IN (SELECT i.terminal FROM unnest(items) i
            WHERE i.kind IN ('authorise', 'confirm', 'reversal', 'credit'))
        ORDER BY c.terminal FOR NO KEY UPDATE;
    PERFORM 1 FROM accounts a
        WHERE a.id IN (
            SELECT b.id FROM accounts b WHERE b.number = ANY (numbers)
            UNION ALL SELECT unnest(hold_accounts)
            UNION ALL SELECT t.cash_account FROM unnest(items) i
                JOIN terminals t ON t.id = i.terminal WHERE i.kind IN ('confirm', 'credit'))
        ORDER BY a.id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION ledger_decide_one(item ledger_item, rules ledger_rules, today date)
RETURNS text LANGUAGE plpgsql AS $$
-- Decides and stores one item whose uid is locked; says how it was answered.
DECLARE
    was requests;
    made ledger_decision;
BEGIN
    SELECT * INTO was FROM requests r WHERE r.terminal = item.terminal AND r.uid = item.uid;
    IF was.uid IS NOT NULL THEN
        IF was.body_hash <> item.body_hash THEN
            RETURN 'other_body';
        END IF;
        -- A reversal may come signed anew (W-X05): that JWS has a place in the chain too.
        IF item.kind = 'reversal' THEN
            PERFORM ledger_link(item.terminal, item.chain, item.seq, item.jws_sha256, item.prev,
                                item.uid, was.day, item.jws);
        END IF;
        -- Waits for the standby as the first answer did (DESIGN.md 6, trap 3).
        PERFORM pg_logical_emit_message(true, 'replay', item.uid::text);
        RETURN 'replayed';
    END IF;
    made := CASE item.kind
        WHEN 'authorise' THEN ledger_authorise(item, rules, today)
        WHEN 'transfer' THEN ledger_transfer(item, rules, today)
        WHEN 'confirm' THEN ledger_confirm(item, today)
        WHEN 'reversal' THEN ledger_reversal(item, today)
        WHEN 'credit' THEN ledger_credit(item, rules, today)
        WHEN 'settle' THEN ledger_settle(item)
        WHEN 'case' THEN ROW('recorded', NULL, NULL,
            ledger_open_case('reported', item, item.amount_minor, NULL),
            NULL, NULL)::ledger_decision
    END;
    INSERT INTO requests (terminal, uid, kind, chain, seq, body_hash, amount_minor, currency,
            original, outcome, reason, original_outcome, original_reason, entry, entry_day,
            case_number, reference, day, decided_at)
        VALUES (item.terminal, item.uid, item.kind, item.chain, item.seq, item.body_hash,
            item.amount_minor, item.currency, item.original, made.outcome, made.reason,
            made.original_outcome, made.original_reason, made.entry,
            CASE WHEN made.entry IS NOT NULL AND item.kind <> 'settle' THEN today END, made.case_number, item.reference,
            today, clock_timestamp());
    PERFORM ledger_link(item.terminal, item.chain, item.seq, item.jws_sha256, item.prev, item.uid,
                        today, item.jws);
    IF item.original_jws IS NOT NULL THEN
        PERFORM ledger_link(item.terminal, item.original_chain, item.original_seq,
                            item.original_jws_sha256, item.original_prev, item.original, today,
                            item.original_jws);
    END IF;
    RETURN 'decided';
END $$;

CREATE FUNCTION ledger_try_uid(of_terminal text, of_uid uuid) RETURNS boolean LANGUAGE sql AS $$
-- "Being worked on" is a lock that ends with the statement or its connection, never a stored mark.
    SELECT of_uid IS NULL
        OR pg_try_advisory_xact_lock(hashtextextended(of_terminal || '/' || of_uid::text, 1))
$$;

CREATE FUNCTION ledger_decide(items_json jsonb, rules_json jsonb)
RETURNS TABLE (n integer, status text, answer requests)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- status: decided, replayed, in_progress (nothing done, ask again) or other_body (nothing done).
-- Items are decided in their order, all committed together.
DECLARE
    items ledger_item[];
    mine ledger_item[];
    item ledger_item;
    rules ledger_rules := jsonb_populate_record(NULL::ledger_rules, rules_json);
    today date := ledger_day(rules.time_zone);
    taken boolean[];
    said text[];
BEGIN
    SELECT array_agg(i::ledger_item ORDER BY place) INTO items
        FROM jsonb_array_elements(items_json) WITH ORDINALITY AS e (value, place),
             LATERAL jsonb_populate_record(NULL::ledger_item, e.value) AS i;
    IF items IS NULL OR cardinality(items) > 64 THEN
        RAISE EXCEPTION 'a batch has 1 to 64 items';
    END IF;
    FOR k IN 1..cardinality(items) LOOP
        item := items[k];
        taken[k] := ledger_try_uid(item.terminal, item.uid)
            AND ledger_try_uid(item.terminal, item.original);
        IF taken[k] THEN
            mine := mine || item;
        END IF;
    END LOOP;
    IF mine IS NOT NULL THEN
        SELECT array_agg(i::ledger_item) INTO mine FROM unnest(mine) AS i
            WHERE NOT EXISTS (SELECT 1 FROM requests r
                WHERE r.terminal = i.terminal AND r.uid = i.uid);
        IF mine IS NOT NULL THEN
            PERFORM ledger_lock(mine, today);
        END IF;
    END IF;
    FOR k IN 1..cardinality(items) LOOP
        item := items[k];
        said[k] := CASE WHEN taken[k] THEN ledger_decide_one(item, rules, today)
            ELSE 'in_progress' END;
    END LOOP;
    RETURN QUERY
        SELECT k - 1, said[k], r
        FROM generate_subscripts(items, 1) AS k
        LEFT JOIN requests r ON r.terminal = (items[k]).terminal AND r.uid = (items[k]).uid
            AND said[k] IN ('decided', 'replayed')
        ORDER BY k;
END $$;
