-- The one statement that moves money: the batch is read once, its uids locked on the way.

CREATE OR REPLACE FUNCTION ledger_decide(items_json json, rules_json jsonb)
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
    uids uuid[];
    all_free boolean;
    free bigint[];
    said text[];
    answers requests[];
    one record;
    rules ledger_rules := jsonb_populate_record(NULL::ledger_rules, rules_json);
    today date := ledger_day(rules.time_zone);
BEGIN
    SELECT array_agg(i),
            array_agg(i.uid) || array_agg(i.original) FILTER (WHERE i.original IS NOT NULL),
            bool_and(ledger_try_uid(i.terminal, i.uid) AND ledger_try_uid(i.terminal, i.original))
        INTO items, uids, all_free FROM json_populate_recordset(NULL::ledger_item, items_json) i;
    IF items IS NULL OR cardinality(items) > 64 THEN
        RAISE EXCEPTION 'a batch has 1 to 64 items';
    END IF;
    IF all_free AND cardinality(uids) = (SELECT count(DISTINCT u) FROM unnest(uids) u) THEN
        SELECT r.said, r.answers INTO said, answers FROM ledger_run(items, rules, today) r;
    ELSE
        -- One item may rest on what another in the batch does: each by itself, in turn.
        said := array_fill('in_progress'::text, ARRAY[cardinality(items)]);
        answers := array_fill(NULL::requests, ARRAY[cardinality(items)]);
        SELECT array_agg(i.ordinality ORDER BY i.ordinality) INTO free
            FROM unnest(items) WITH ORDINALITY AS i
            WHERE ledger_try_uid(i.terminal, i.uid) AND ledger_try_uid(i.terminal, i.original);
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
