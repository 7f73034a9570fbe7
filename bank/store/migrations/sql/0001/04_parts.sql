-- What the decisions are made of. Only the owner calls these; the application calls ledger_decide.

-- One signed request, already verified. pin: absent, refused or accepted (then for `customer`).
CREATE TYPE ledger_item AS (
    terminal text, uid uuid, kind text, amount_minor bigint, currency text,
    source text, target text, text text, original uuid,
    session bytea, pin text, customer uuid, reference text,
    chain uuid, seq bigint, prev bytea, body_hash bytea, jws_sha256 bytea, jws text,
    -- the original that a reversal carries, null without one
    original_kind text, original_amount_minor bigint, original_currency text,
    original_reference text, original_chain uuid, original_seq bigint, original_prev bytea,
    original_body_hash bytea, original_jws_sha256 bytea, original_jws text
);

CREATE TYPE ledger_rules AS (
    time_zone text, session_idle_s integer,
    withdraw_min_minor bigint, withdraw_each_minor bigint, withdraw_day_minor bigint,
    withdraw_day_without_finger_minor bigint, transfer_day_minor bigint, step_up_minor bigint,
    deposit_each_minor bigint, deposit_day_minor bigint, deposit_total_minor bigint
);

CREATE TYPE ledger_decision AS (
    outcome text, reason text, entry bigint, case_number text,
    original_outcome text, original_reason text
);

CREATE FUNCTION ledger_refusal(why text) RETURNS ledger_decision LANGUAGE sql IMMUTABLE AS $$
    SELECT ROW('refused', why, NULL, NULL, NULL, NULL)::ledger_decision
$$;

CREATE FUNCTION ledger_internal(wanted text, in_currency text) RETURNS bigint
LANGUAGE plpgsql AS $$
-- The bank's own account of a kind and currency, made at its first use. Its row is locked after
-- every customer's and terminal's, whatever its id, so that no two statements wait in a circle.
DECLARE
    found_id bigint;
BEGIN
    SELECT id INTO found_id FROM accounts WHERE kind = wanted AND currency = in_currency;
    IF found_id IS NULL THEN
        INSERT INTO accounts (kind, currency, name) VALUES (wanted, in_currency, wanted)
            ON CONFLICT DO NOTHING;
        SELECT id INTO found_id FROM accounts WHERE kind = wanted AND currency = in_currency;
    END IF;
    RETURN found_id;
END $$;

CREATE FUNCTION ledger_book(
    today date, entry_kind text, entry_text text, by_terminal text, by_uid uuid,
    from_account bigint, to_account bigint, sum_minor bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
-- One entry, its two postings and both balances.
DECLARE
    made bigint;
    from_balance bigint;
    to_balance bigint;
BEGIN
    IF sum_minor <= 0 OR from_account = to_account THEN
        RAISE EXCEPTION 'an entry moves a positive sum between two accounts';
    END IF;
    UPDATE accounts SET booked_minor = booked_minor - sum_minor WHERE id = from_account
        RETURNING booked_minor INTO STRICT from_balance;
    UPDATE accounts SET booked_minor = booked_minor + sum_minor WHERE id = to_account
        RETURNING booked_minor INTO STRICT to_balance;
    INSERT INTO entries (day, kind, text, terminal, uid, booked_at)
        VALUES (today, entry_kind, entry_text, by_terminal, by_uid, clock_timestamp())
        RETURNING id INTO made;
    INSERT INTO postings (account, entry, day, amount_minor, balance_minor)
        VALUES (from_account, made, today, -sum_minor, from_balance),
               (to_account, made, today, sum_minor, to_balance);
    RETURN made;
END $$;

CREATE FUNCTION ledger_open_case(
    case_kind text, item ledger_item, sum_minor bigint, why text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    made text;
BEGIN
    INSERT INTO cases (kind, terminal, uid, original, amount_minor, currency, reason, text)
        VALUES (case_kind, item.terminal, item.uid, item.original, sum_minor, item.currency, why,
                item.text)
        RETURNING number INTO made;
    RETURN made;
END $$;

CREATE FUNCTION ledger_link(
    by_terminal text, in_chain uuid, at_seq bigint, hash bytea, hash_before bytea, of_uid uuid,
    today date, signed text
) RETURNS void LANGUAGE plpgsql AS $$
-- Keeps the signed bytes and their place in the chain. Another JWS in the same place raises the
-- fork alarm and is kept all the same: arrival never refuses.
DECLARE
    there bytea;
BEGIN
    INSERT INTO signed_requests (day, terminal, uid, jws_sha256, jws)
        VALUES (today, by_terminal, of_uid, hash, signed) ON CONFLICT DO NOTHING;
    INSERT INTO chain_links (terminal, chain, seq, jws_sha256, prev, uid)
        VALUES (by_terminal, in_chain, at_seq, hash, hash_before, of_uid) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT l.jws_sha256 INTO there FROM chain_links l
        WHERE l.terminal = by_terminal AND l.chain = in_chain AND l.seq = at_seq;
    IF there IS DISTINCT FROM hash THEN
        INSERT INTO alarms (kind, terminal, subject, detail)
            VALUES ('fork', by_terminal, in_chain || '/' || at_seq,
                    encode(there, 'hex') || ' and ' || encode(hash, 'hex'))
            ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE FUNCTION ledger_live_session(item ledger_item, idle_s integer) RETURNS record
LANGUAGE plpgsql AS $$
-- (customer, finger) of the order's session if it may start something now; else nulls.
DECLARE
    live record;
    moment timestamptz := clock_timestamp();
BEGIN
    SELECT s.customer, s.finger, s.refreshed_at INTO live FROM sessions s
        WHERE s.id_hash = item.session AND s.terminal = item.terminal AND s.ended_at IS NULL
          AND s.idle_until > moment AND s.expires_at > moment;
    IF live.customer IS NOT NULL AND live.refreshed_at < moment - interval '20 s' THEN
        UPDATE sessions s SET refreshed_at = moment,
                idle_until = least(s.expires_at, moment + make_interval(secs => idle_s))
            WHERE s.id_hash = item.session;
    END IF;
    RETURN live;
END $$;

CREATE FUNCTION ledger_usage(whose uuid, today date) RETURNS customer_usage
LANGUAGE plpgsql AS $$
-- What the customer has used today. The row is locked by then.
DECLARE
    used customer_usage;
BEGIN
    UPDATE customer_usage SET day = today, withdrawn_minor = 0, transferred_minor = 0,
            without_finger_minor = 0
        WHERE customer = whose AND day < today;
    SELECT * INTO STRICT used FROM customer_usage WHERE customer = whose;
    RETURN used;
END $$;
