-- Cash between a machine, the vault and suspense. These are rare and concern one machine, so each
-- is decided by a statement of its own, beside the batches of customers' movements.

CREATE FUNCTION ledger_refuses_cash(
    item ledger_item, machine_currency text, approved exchange_approvals
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- Why an advice about a machine's cash is not what two operators approved; null if it is.
    SELECT CASE
        WHEN (item).currency <> machine_currency THEN 'currency'
        WHEN (approved).act IS NULL THEN 'not_approved'
        WHEN (item).kind IN ('unload', 'load') AND NOT (approved).moved THEN 'not_approved'
        WHEN (item).amount_minor <> CASE (item).kind
            WHEN 'unload' THEN (approved).found_minor
            WHEN 'load' THEN (approved).loaded_minor
            WHEN 'surplus' THEN (approved).difference_minor
            WHEN 'shortage' THEN -(approved).difference_minor END THEN 'not_approved'
    END
$$;

CREATE FUNCTION ledger_decide_cash(item ledger_item, today date) RETURNS requests
LANGUAGE plpgsql AS $$
-- An advice: it is always recorded. What two operators approved goes to the vault or comes from it;
-- anything else goes to suspense and a case, and so does every difference.
DECLARE
    machine terminals;
    answer requests;
    far text := 'suspense';
    inside bigint;
    outside bigint;
BEGIN
    SELECT * INTO STRICT machine FROM terminals t WHERE t.id = item.terminal;
    -- The same locks in the same order as every decision takes them.
    PERFORM 1 FROM accounts a WHERE a.id = machine.cash_account FOR NO KEY UPDATE;
    PERFORM 1 FROM terminal_cash c WHERE c.terminal = item.terminal FOR NO KEY UPDATE;
    answer.reason := ledger_refuses_cash(item, machine.currency,
        ledger_approved_exchange(item.terminal, item.original));
    IF answer.reason IS NULL THEN
        INSERT INTO exchange_bookings (terminal, exchange, kind, uid)
            VALUES (item.terminal, item.original, item.kind, item.uid) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            answer.reason := 'already_posted';
        ELSIF item.kind IN ('surplus', 'shortage') THEN
            answer.reason := 'difference';
        ELSE
            far := 'vault';
        END IF;
    END IF;
    inside := machine.cash_account;
    outside := ledger_internal(far, item.currency);
    answer.entry := ledger_book(today,
        CASE far WHEN 'vault' THEN 'replenishment' ELSE 'suspense' END,
        CASE far WHEN 'vault' THEN item.kind ELSE answer.reason END, item.terminal, item.uid,
        CASE WHEN item.kind IN ('load', 'surplus') THEN inside ELSE outside END,
        CASE WHEN item.kind IN ('load', 'surplus') THEN outside ELSE inside END,
        item.amount_minor);
    IF far = 'vault' THEN
        answer.outcome := 'posted';
        IF item.kind = 'unload' THEN
            -- Everything was taken out: nothing is vouched for, and only open holds are promised.
            UPDATE terminal_cash c SET loaded_minor = 0, taken_minor = 0, paid_minor =
                    (SELECT coalesce(sum(h.amount_minor), 0) FROM open_holds o
                        JOIN holds h ON h.terminal = o.terminal AND h.uid = o.uid
                        WHERE o.terminal = item.terminal)
                WHERE c.terminal = item.terminal;
        ELSE
            UPDATE terminal_cash c SET loaded_minor = c.loaded_minor + item.amount_minor
                WHERE c.terminal = item.terminal;
        END IF;
    ELSE
        answer.outcome := 'suspended';
        answer.case_number := ledger_open_case(
            CASE answer.reason WHEN 'difference' THEN 'cash_difference' ELSE 'unapproved_cash' END,
            item, item.amount_minor, answer.reason);
    END IF;
    RETURN answer;
END $$;

CREATE FUNCTION ledger_move_cash(item_json json, time_zone text)
RETURNS TABLE (status text, answer requests)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- status as of ledger_decide: decided, replayed, in_progress or other_body.
DECLARE
    item ledger_item := json_populate_record(NULL::ledger_item, item_json);
    today date := ledger_day(time_zone);
    made requests;
    writing ledger_writing;
BEGIN
    IF NOT ledger_try_uid(item.terminal, item.uid) THEN
        RETURN QUERY SELECT 'in_progress', NULL::requests;
        RETURN;
    END IF;
    SELECT * INTO made FROM requests r WHERE r.terminal = item.terminal AND r.uid = item.uid;
    IF made.uid IS NOT NULL THEN
        IF made.body_hash <> item.body_hash THEN
            RETURN QUERY SELECT 'other_body', NULL::requests;
            RETURN;
        END IF;
        -- Waits for the standby as the first answer did (DESIGN.md 6, trap 3).
        PERFORM pg_logical_emit_message(true, 'replay', item.uid::text);
        RETURN QUERY SELECT 'replayed', made;
        RETURN;
    END IF;
    made := ledger_decide_cash(item, today);
    INSERT INTO requests (terminal, uid, kind, chain, seq, body_hash, amount_minor, currency,
            original, outcome, reason, entry, entry_day, case_number, reference, day, decided_at)
        VALUES (item.terminal, item.uid, item.kind, item.chain, item.seq, item.body_hash,
            item.amount_minor, item.currency, item.original, made.outcome, made.reason, made.entry,
            today, made.case_number, item.reference, today, clock_timestamp());
    writing.decided := true;
    writing.kept_on := today;
    PERFORM ledger_link(ARRAY[item], ARRAY[writing], false);
    RETURN QUERY SELECT 'decided', r FROM requests r
        WHERE r.terminal = item.terminal AND r.uid = item.uid;
END $$;

REVOKE ALL ON FUNCTION
    ledger_refuses_cash(ledger_item, text, exchange_approvals),
    ledger_decide_cash(ledger_item, date), ledger_move_cash(json, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_move_cash(json, text) TO bank_app;
