-- The one statement that moves money: items in, one stored decision each out.

CREATE FUNCTION ledger_refuse_original(item ledger_item, today date) RETURNS void
LANGUAGE sql AS $$
-- The original that a reversal brought along is answered, should it still arrive.
    INSERT INTO requests (terminal, uid, kind, chain, seq, body_hash, amount_minor, currency,
            outcome, reason, reference, day, decided_at)
        VALUES (item.terminal, item.original, item.original_kind, item.original_chain,
            item.original_seq, item.original_body_hash, item.original_amount_minor,
            item.original_currency, 'refused', 'tombstoned', item.original_reference, today,
            clock_timestamp())
$$;

CREATE FUNCTION ledger_locked_balance(of_account bigint) RETURNS bigint LANGUAGE sql AS $$
    SELECT a.booked_minor FROM accounts a WHERE a.id = of_account FOR NO KEY UPDATE
$$;

CREATE FUNCTION ledger_lay_tombstone(by_terminal text, of_uid uuid, by_uid uuid) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO tombstones (terminal, uid, laid_by) VALUES (by_terminal, of_uid, by_uid)
        ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION ledger_write(
    answers requests[], writings ledger_writing[], today date, moment timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
-- The requests with their outcomes, entries, postings, holds and what became of them.
BEGIN
    INSERT INTO requests
        SELECT i.terminal, i.uid, i.kind, i.chain, i.seq, i.body_hash, i.amount_minor, i.currency,
            i.original, i.outcome, i.reason, i.original_outcome, i.original_reason, i.entry,
            i.entry_day, i.case_number, i.reference, i.answer_version, i.day, i.decided_at
        FROM unnest(answers, writings) i WHERE i.decided;
    INSERT INTO entries (id, day, kind, text, terminal, uid, booked_at)
        SELECT i.made, today, i.entry_kind, i.entry_text, i.terminal, i.uid, moment
        FROM unnest(answers, writings) i WHERE i.made IS NOT NULL;
    INSERT INTO postings (account, entry, day, amount_minor, balance_minor)
        SELECT leg.account, i.made, today, leg.amount_minor, leg.balance_minor
        FROM unnest(answers, writings) i CROSS JOIN LATERAL (VALUES
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
        DELETE FROM open_holds o USING unnest(answers, writings) i
            WHERE i.settles_minor IS NOT NULL AND o.terminal = i.terminal AND o.uid = i.original;
    END IF;
END $$;

CREATE FUNCTION ledger_decide(items_json json, rules_json jsonb)
RETURNS TABLE (n integer, status text, answer requests)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
-- The same plans whatever the tables hold: every row is found by its key.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
AS $$
-- status: decided, replayed, in_progress (nothing done, ask again) or other_body (nothing done).
-- Items are decided in their order, all committed together.
DECLARE
    items ledger_item[];
    free bigint[];
    said text[];
    answers requests[];
    one record;
    rules ledger_rules := jsonb_populate_record(NULL::ledger_rules, rules_json);
    today date := ledger_day(rules.time_zone);
    named integer;
    different integer;
BEGIN
    SELECT array_agg(i) INTO items FROM json_populate_recordset(NULL::ledger_item, items_json) i;
    IF items IS NULL OR cardinality(items) > 64 THEN
        RAISE EXCEPTION 'a batch has 1 to 64 items';
    END IF;
    SELECT array_agg(i.ordinality ORDER BY i.ordinality),
            count(i.uid) + count(i.original)
        INTO free, named
        FROM unnest(items) WITH ORDINALITY AS i
        WHERE ledger_try_uid(i.terminal, i.uid) AND ledger_try_uid(i.terminal, i.original);
    SELECT count(DISTINCT ids.uid) INTO different
        FROM unnest(items) i, LATERAL (VALUES (i.uid), (i.original)) AS ids (uid);
    IF cardinality(free) = cardinality(items) AND named = different THEN
        SELECT r.said, r.answers INTO said, answers FROM ledger_run(items, rules, today) r;
    ELSE
        -- One item may rest on what another in the batch does: each by itself, in turn.
        said := array_fill('in_progress'::text, ARRAY[cardinality(items)]);
        answers := array_fill(NULL::requests, ARRAY[cardinality(items)]);
        IF free IS NOT NULL THEN
            PERFORM ledger_lock(ARRAY(SELECT items[f] FROM unnest(free) f), today);
            FOR k IN 1..cardinality(free) LOOP
                SELECT * INTO one FROM ledger_run(ARRAY[items[free[k]]], rules, today);
                said[free[k]] := one.said[1];
                answers[free[k]] := one.answers[1];
            END LOOP;
        END IF;
    END IF;
    RETURN QUERY SELECT k - 1, said[k], answers[k] FROM generate_subscripts(said, 1) AS k;
END $$;
