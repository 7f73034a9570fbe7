-- Deciding, as since 0004, over facts that are gathered by what the batch is made of: most batches
-- are orders alone, and need not ask for holds.

CREATE OR REPLACE FUNCTION ledger_run(
    items ledger_item[], rules ledger_rules, today date, OUT said text[], OUT answers requests[]
) LANGUAGE plpgsql AS $$
-- No uid may appear twice among the items' uids and originals: each item's facts are from before
-- the batch.
DECLARE
    moment timestamptz;
    fact ledger_fact;
    facts ledger_fact[];
    writing ledger_writing;
    writings ledger_writing[] := '{}';
    outcome text;
    reason text;
    original_outcome text;
    entry bigint;
    case_number text;
    sum_minor bigint;
    suspense bigint;
    stale bytea[] := '{}';
    replays integer := 0;
    carries boolean := false;
    -- accounts, customers' limits and machines' cash, as the items so far left them
    accounts_seen bigint[];
    numbers text[];
    owners uuid[];
    statuses text[];
    currencies text[];
    booked bigint[];
    held bigint[];
    customers_seen uuid[];
    withdrawn bigint[];
    transferred bigint[];
    fingerless bigint[];
    machines_seen text[];
    loaded bigint[];
    paid bigint[];
    taken bigint[];
    taken_today bigint[];
    advised boolean;
    -- where in them the item's payer, payee, customer and machine are
    p integer;
    q integer;
    u integer;
    m integer;
BEGIN
    SELECT * INTO accounts_seen, numbers, owners, statuses, currencies, booked, held,
            customers_seen, withdrawn, transferred, fingerless,
            machines_seen, loaded, paid, taken, taken_today, advised
        FROM ledger_lock(items, today);
    IF advised THEN
        SELECT array_agg(f) INTO facts FROM ledger_facts(items) f;
    ELSE
        SELECT array_agg(f) INTO facts FROM ledger_order_facts(items) f;
    END IF;
    IF cardinality(facts) IS DISTINCT FROM cardinality(items) THEN
        RAISE EXCEPTION 'an item names a terminal that is not registered';
    END IF;
    moment := clock_timestamp();
    said := array_fill(NULL::text, ARRAY[cardinality(items)]);
    answers := '{}';
    FOREACH fact IN ARRAY facts LOOP
        writing := NULL;
        IF (fact.stored).uid IS NOT NULL THEN
            IF (fact.stored).body_hash = fact.body_hash THEN
                said[fact.k] := 'replayed';
                answers[fact.k] := fact.stored;
                replays := replays + 1;
                -- A reversal may come signed anew (W-X05): that JWS has a place in the chain too.
                IF fact.kind = 'reversal' THEN
                    writing.kept_on := (fact.stored).day;
                END IF;
            ELSE
                said[fact.k] := 'other_body';
                answers[fact.k] := NULL;
            END IF;
            writings[fact.k] := writing;
            CONTINUE;
        END IF;
        said[fact.k] := 'decided';
        writing.decided := true;
        writing.kept_on := today;
        sum_minor := fact.amount_minor;
        outcome := NULL;
        reason := NULL;
        original_outcome := NULL;
        entry := NULL;
        case_number := NULL;

        CASE fact.kind
        WHEN 'authorise' THEN
            p := array_position(numbers, fact.source);
            u := array_position(customers_seen, owners[p]);
            m := array_position(machines_seen, fact.terminal);
            reason := ledger_refuses_order(fact.tombstoned, fact.session_of, owners[p],
                statuses[p], currencies[p], fact.currency, fact.pin, fact.pin_of,
                sum_minor > rules.step_up_minor);
            IF reason IS NULL THEN
                reason := ledger_refuses_withdrawal(sum_minor, booked[p] - held[p], withdrawn[u],
                    fingerless[u], fact.finger, fact.currency, fact.machine_currency,
                    loaded[m] - paid[m], rules);
            END IF;
            IF reason IS NULL THEN
                outcome := 'held';
                writing.payer := accounts_seen[p];
                writing.hold_of := owners[p];
                writing.without_finger := NOT fact.finger;
                held[p] := held[p] + sum_minor;
                withdrawn[u] := withdrawn[u] + sum_minor;
                paid[m] := paid[m] + sum_minor;
            END IF;

        WHEN 'transfer' THEN
            p := array_position(numbers, fact.source);
            q := array_position(numbers, fact.target);
            u := array_position(customers_seen, owners[p]);
            reason := ledger_refuses_order(fact.tombstoned, fact.session_of, owners[p],
                statuses[p], currencies[p], fact.currency, fact.pin, fact.pin_of, true);
            IF reason IS NULL THEN
                reason := ledger_refuses_payment(sum_minor, booked[p] - held[p], transferred[u],
                    fingerless[u], fact.finger, fact.currency, q, p, statuses[q], currencies[q],
                    rules);
            END IF;
            IF reason IS NULL THEN
                outcome := 'posted';
                writing.entry_kind := 'transfer';
                writing.entry_text := fact.text;
                transferred[u] := transferred[u] + sum_minor;
            END IF;

        WHEN 'confirm' THEN
            p := array_position(accounts_seen, fact.hold_account);
            q := array_position(accounts_seen, fact.cash_account);
            u := array_position(customers_seen, fact.hold_of);
            m := array_position(machines_seen, fact.terminal);
            reason := ledger_suspends_confirm(fact.hold_minor, fact.settled_minor, sum_minor,
                fact.currency, fact.machine_currency);
            IF reason = 'already_posted' AND fact.settled_minor = sum_minor
                AND fact.currency = fact.machine_currency
            THEN
                reason := NULL;
                outcome := 'posted';
                entry := ledger_posted_entry(fact.terminal, fact.original);
            ELSIF reason IS NULL THEN
                outcome := 'posted';
                writing.entry_kind := 'withdrawal';
                writing.entry_text := '';
                writing.settles_minor := sum_minor;
            ELSE
                -- Notes left the machine without a hold that pays for them.
                outcome := 'suspended';
                IF fact.hold_minor IS NULL THEN
                    -- Should the order still arrive, its hold would never be settled.
                    PERFORM ledger_lay_tombstone(fact.terminal, fact.original, fact.uid);
                END IF;
                suspense := ledger_internal('suspense', fact.currency);
                p := array_position(accounts_seen, suspense);
                IF p IS NULL THEN
                    p := cardinality(accounts_seen) + 1;
                    accounts_seen[p] := suspense;
                    booked[p] := ledger_locked_balance(suspense);
                    held[p] := 0;
                END IF;
                writing.entry_kind := 'suspense';
                writing.entry_text := reason;
                case_number := ledger_open_case('suspended_confirm', items[fact.k], sum_minor,
                    reason);
                paid[m] := paid[m] + sum_minor;
            END IF;

        WHEN 'credit' THEN
            p := array_position(accounts_seen, fact.cash_account);
            q := array_position(numbers, fact.target);
            m := array_position(machines_seen, fact.terminal);
            reason := ledger_suspends_credit(accounts_seen[q], statuses[q], currencies[q],
                fact.currency, fact.machine_currency);
            IF reason IS NULL THEN
                taken[m] := taken[m] + sum_minor;
                taken_today[m] := taken_today[m] + sum_minor;
                IF sum_minor > rules.deposit_each_minor
                    OR taken_today[m] > rules.deposit_day_minor
                    OR taken[m] > rules.deposit_total_minor
                THEN
                    reason := 'limit_terminal';
                    suspense := ledger_internal('suspense', fact.currency);
                    q := array_position(accounts_seen, suspense);
                    IF q IS NULL THEN
                        q := cardinality(accounts_seen) + 1;
                        accounts_seen[q] := suspense;
                        booked[q] := ledger_locked_balance(suspense);
                        held[q] := 0;
                    END IF;
                    writing.entry_kind := 'suspense';
                    writing.entry_text := reason;
                ELSE
                    writing.entry_kind := 'deposit';
                    writing.entry_text := '';
                END IF;
            END IF;
            IF reason IS NULL THEN
                outcome := 'posted';
            ELSE
                outcome := 'suspended';
                case_number := ledger_open_case('suspended_credit', items[fact.k], sum_minor,
                    reason);
            END IF;

        WHEN 'reversal' THEN
            carries := carries OR fact.carries;
            p := array_position(accounts_seen, fact.hold_account);
            u := array_position(customers_seen, fact.hold_of);
            m := array_position(machines_seen, fact.terminal);
            IF fact.was_uid IS NULL OR fact.was_outcome = 'refused' THEN
                outcome := 'tombstoned';
                PERFORM ledger_lay_tombstone(fact.terminal, fact.original, fact.uid);
                IF fact.was_uid IS NULL AND fact.carries THEN
                    PERFORM ledger_refuse_original(items[fact.k], today);
                END IF;
            ELSIF fact.hold_minor IS NULL OR fact.settled_minor > 0 THEN
                -- Booked money is not taken back by a machine.
                outcome := 'suspended';
                reason := 'already_posted';
                case_number := ledger_open_case('suspended_reversal', items[fact.k], sum_minor,
                    reason);
            ELSE
                outcome := 'voided';
                IF fact.settled_minor IS NULL THEN
                    writing.settles_minor := 0;
                END IF;
            END IF;

        WHEN 'settle' THEN
            -- What became of a transfer; if it never arrived, it never will be made.
            outcome := CASE WHEN fact.was_uid IS NULL OR fact.was_outcome = 'refused'
                    THEN 'tombstoned'
                WHEN fact.was_outcome = 'posted' THEN 'posted'
                ELSE 'recorded' END;
            entry := fact.was_entry;
            case_number := fact.was_case;
            original_outcome := coalesce(fact.was_outcome, 'tombstoned');
            IF fact.was_uid IS NULL THEN
                PERFORM ledger_lay_tombstone(fact.terminal, fact.original, fact.uid);
            END IF;

        WHEN 'case' THEN
            outcome := 'recorded';
            case_number := ledger_open_case('reported', items[fact.k], sum_minor, NULL);
        END CASE;

        IF fact.kind IN ('authorise', 'transfer') THEN
            IF reason IS NOT NULL THEN
                outcome := 'refused';
            ELSIF NOT fact.finger THEN
                fingerless[u] := fingerless[u] + sum_minor;
            END IF;
            IF fact.refreshed_at < moment - interval '20 s' THEN
                stale[cardinality(stale) + 1] := fact.session;
            END IF;
        END IF;
        IF writing.settles_minor IS NOT NULL THEN
            -- What was not paid out is given back to account, limits and machine.
            held[p] := held[p] - fact.hold_minor;
            IF fact.hold_day = today THEN
                withdrawn[u] := withdrawn[u] - fact.hold_minor + writing.settles_minor;
                IF fact.hold_without_finger THEN
                    fingerless[u] := fingerless[u] - fact.hold_minor + writing.settles_minor;
                END IF;
            END IF;
            paid[m] := paid[m] - fact.hold_minor + writing.settles_minor;
        END IF;
        IF writing.entry_kind IS NOT NULL THEN
            booked[p] := booked[p] - sum_minor;
            booked[q] := booked[q] + sum_minor;
            entry := nextval('entry_numbers');
            writing.made := entry;
            writing.payer := accounts_seen[p];
            writing.payee := accounts_seen[q];
            writing.payer_balance_minor := booked[p];
            writing.payee_balance_minor := booked[q];
        END IF;
        writings[fact.k] := writing;
        answers[fact.k] := ROW(fact.terminal, fact.uid, fact.kind, fact.chain, fact.seq,
            fact.body_hash, sum_minor, fact.currency, fact.original, outcome, reason,
            original_outcome, CASE WHEN fact.kind = 'settle' THEN fact.was_reason END, entry,
            CASE WHEN writing.made IS NOT NULL THEN today END, case_number, fact.reference, 1,
            today, moment)::requests;
    END LOOP;

    UPDATE accounts a SET booked_minor = n.booked_minor, held_minor = n.held_minor
        FROM unnest(accounts_seen, booked, held) AS n (id, booked_minor, held_minor)
        WHERE a.id = n.id
            AND (a.booked_minor, a.held_minor) IS DISTINCT FROM (n.booked_minor, n.held_minor);
    UPDATE customer_usage c SET day = today, withdrawn_minor = n.withdrawn_minor,
            transferred_minor = n.transferred_minor,
            without_finger_minor = n.without_finger_minor
        FROM unnest(customers_seen, withdrawn, transferred, fingerless)
            AS n (customer, withdrawn_minor, transferred_minor, without_finger_minor)
        WHERE c.customer = n.customer
            AND (c.withdrawn_minor, c.transferred_minor, c.without_finger_minor)
                IS DISTINCT FROM (n.withdrawn_minor, n.transferred_minor, n.without_finger_minor);
    IF machines_seen IS NOT NULL THEN
        UPDATE terminal_cash c SET day = today, paid_minor = n.paid_minor,
                taken_minor = n.taken_minor, taken_today_minor = n.taken_today_minor
            FROM unnest(machines_seen, paid, taken, taken_today)
                AS n (terminal, paid_minor, taken_minor, taken_today_minor)
            WHERE c.terminal = n.terminal AND (c.paid_minor, c.taken_minor, c.taken_today_minor)
                IS DISTINCT FROM (n.paid_minor, n.taken_minor, n.taken_today_minor);
    END IF;
    IF cardinality(stale) > 0 THEN
        UPDATE sessions s SET refreshed_at = moment, idle_until = least(s.expires_at,
                moment + make_interval(secs => rules.session_idle_s))
            WHERE s.id_hash = ANY (stale);
    END IF;
    PERFORM ledger_write(answers, writings, today, moment);
    PERFORM ledger_link(items, writings, false);
    IF carries THEN
        PERFORM ledger_link(items, writings, true);
    END IF;
    IF replays > 0 THEN
        -- Waits for the standby as the first answer did (DESIGN.md 6, trap 3).
        PERFORM pg_logical_emit_message(true, 'replay', replays::text);
    END IF;
END $$;
