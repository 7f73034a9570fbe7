-- Check values of key sets (MONEY.md 5): the current one, and while keys are rotated the next. A
-- server whose set is neither is not ready.

CREATE TABLE key_sets (
    stage text PRIMARY KEY CHECK (stage IN ('current', 'next')),
    value bytea NOT NULL UNIQUE CHECK (octet_length(value) = 32),
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO key_sets (stage, value) SELECT 'current', value FROM key_check;
DROP TABLE key_check;

CREATE TABLE key_confirmations (
    server text PRIMARY KEY,
    value bytea NOT NULL CHECK (octet_length(value) = 32),
    confirmed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION keys_confirm(by_server text, has bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Whether a server may work with the set it has; the first set ever becomes the current one. Its
-- word is kept when it has a name.
BEGIN
    INSERT INTO key_sets (stage, value) VALUES ('current', has) ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT 1 FROM key_sets s WHERE s.value = has) THEN
        RETURN false;
    END IF;
    IF by_server IS NOT NULL THEN
        INSERT INTO key_confirmations (server, value) VALUES (by_server, has)
            ON CONFLICT (server) DO UPDATE SET value = EXCLUDED.value,
                confirmed_at = EXCLUDED.confirmed_at;
    END IF;
    RETURN true;
END $$;

CREATE FUNCTION keys_propose(from_value bytea, to_value bytea) RETURNS text
LANGUAGE plpgsql AS $$
-- Takes a step of a rotation: the set that all servers have confirmed becomes the current one, and
-- `to_value` the next. 'done', or why not: 'differs' (from_value is not what servers work with),
-- 'waiting' (a server has not confirmed from_value yet).
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('keys_propose', 0));
    IF to_value <> from_value
        AND EXISTS (SELECT 1 FROM key_sets s WHERE s.stage = 'next' AND s.value = to_value)
    THEN
        RETURN 'done';
    ELSIF NOT EXISTS (SELECT 1 FROM key_sets s WHERE s.value = from_value) THEN
        RETURN 'differs';
    ELSIF EXISTS (SELECT 1 FROM key_confirmations c WHERE c.value <> from_value) THEN
        RETURN 'waiting';
    END IF;
    DELETE FROM key_sets WHERE value <> from_value;
    UPDATE key_sets SET stage = 'current' WHERE stage = 'next';
    IF to_value <> from_value THEN
        INSERT INTO key_sets (stage, value) VALUES ('next', to_value);
    END IF;
    RETURN 'done';
END $$;

REVOKE ALL ON FUNCTION keys_confirm(text, bytea), keys_propose(bytea, bytea) FROM PUBLIC;
GRANT SELECT ON key_sets, key_confirmations TO bank_app;
GRANT EXECUTE ON FUNCTION keys_confirm(text, bytea) TO bank_app;
