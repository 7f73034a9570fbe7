-- Keys that wait for two people, and the certificates that come of them.

ALTER TABLE terminal_certificates
    ALTER COLUMN key_sha256 SET NOT NULL, ALTER COLUMN not_after SET NOT NULL;
CREATE INDEX terminal_certificates_by_key ON terminal_certificates (key_sha256);
COMMENT ON COLUMN terminal_certificates.key_sha256 IS 'SHA-256 of the SubjectPublicKeyInfo.';
COMMENT ON COLUMN terminal_certificates.denied_at IS
    'Since when nobody gets anything by it. What it signed verifies for ever.';

CREATE TABLE enrolments (
    key_sha256 bytea PRIMARY KEY CHECK (octet_length(key_sha256) = 32),
    terminal text NOT NULL CHECK (terminal ~ '^[A-Za-z0-9-]{1,64}$'),
    kind text NOT NULL CHECK (kind IN ('atm', 'teller')),
    request bytea NOT NULL CHECK (octet_length(request) <= 4096),  -- PKCS#10, DER
    address text NOT NULL CHECK (length(address) <= 64),
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp(),       -- when it last asked
    refused_at timestamptz
);
COMMENT ON TABLE enrolments IS 'Requests for a certificate. Few, and none is older than a day.';

CREATE FUNCTION enrolment_ask(
    of_key bytea, of_terminal text, of_kind text, signed_request bytea, from_address text,
    most integer, most_of_address integer, most_of_terminal integer
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- 'waiting', 'refused', 'full', 'other_kind' (of a terminal that is known) or 'used' (a key that
-- already has a certificate, or asked for another name).
DECLARE
    known enrolments;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('enrolments', 1));
    DELETE FROM enrolments WHERE asked_at < clock_timestamp() - interval '24 hours';
    IF EXISTS (SELECT FROM terminal_certificates WHERE key_sha256 = of_key) THEN
        RETURN 'used';
    END IF;
    SELECT * INTO known FROM enrolments WHERE key_sha256 = of_key;
    IF FOUND THEN
        IF (known.terminal, known.kind) <> (of_terminal, of_kind) THEN
            RETURN 'used';
        END IF;
        UPDATE enrolments SET heard_at = clock_timestamp() WHERE key_sha256 = of_key;
        RETURN CASE WHEN known.refused_at IS NULL THEN 'waiting' ELSE 'refused' END;
    END IF;
    IF EXISTS (SELECT FROM terminals WHERE id = of_terminal AND kind <> of_kind) THEN
        RETURN 'other_kind';
    END IF;
    -- A key that was refused, or has not asked for ten minutes, gives its place up to a new one.
    DELETE FROM enrolments WHERE key_sha256 IN (
        SELECT key_sha256 FROM enrolments
        WHERE (SELECT count(*) >= most FROM enrolments)
          AND (refused_at IS NOT NULL OR heard_at < clock_timestamp() - interval '10 minutes')
        ORDER BY refused_at IS NULL, heard_at LIMIT 1);
    IF (SELECT count(*) >= most
            OR count(*) FILTER (WHERE address = from_address) >= most_of_address
            OR count(*) FILTER (WHERE terminal = of_terminal) >= most_of_terminal
        FROM enrolments) THEN
        RETURN 'full';
    END IF;
    INSERT INTO enrolments (key_sha256, terminal, kind, request, address)
        VALUES (of_key, of_terminal, of_kind, signed_request, from_address);
    RETURN 'waiting';
END $$;

CREATE FUNCTION enrolment_refuse(of_key bytea) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The terminal that asks again is told so. False where nothing waits.
    WITH refused AS (
        UPDATE enrolments SET refused_at = clock_timestamp()
        WHERE key_sha256 = of_key AND refused_at IS NULL RETURNING 1)
    SELECT EXISTS (SELECT FROM refused)
$$;

CREATE FUNCTION enrolment_issue(
    of_key bytea, certificate_sha256 bytea, certificate bytea, ends timestamptz, in_currency text
) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
-- Keep the certificate of a request that waits; a terminal that is new is made, with no cash in it.
-- False where nothing waits. The owner's: the application comes by enrolment_release.
DECLARE
    asked enrolments;
BEGIN
    DELETE FROM enrolments
        WHERE key_sha256 = of_key AND refused_at IS NULL
          AND asked_at > clock_timestamp() - interval '24 hours' RETURNING * INTO asked;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM ledger_register_terminal(asked.terminal, asked.kind, in_currency, 0);
    INSERT INTO terminal_certificates (sha256, terminal, der, key_sha256, not_after)
        VALUES (certificate_sha256, asked.terminal, certificate, of_key, ends);
    RETURN true;
END $$;

CREATE FUNCTION enrolment_release(
    of_key bytea, certificate_sha256 bytea, certificate bytea, ends timestamptz, in_currency text
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- enrolment_issue, once two people have approved this key.
BEGIN
    IF NOT EXISTS (
        SELECT FROM approvals a JOIN enrolments e ON a.subject = encode(e.key_sha256, 'hex')
        WHERE a.kind = 'enrol_terminal' AND a.done AND e.key_sha256 = of_key
          AND a.asked_at >= e.asked_at) THEN
        RAISE EXCEPTION 'two people have not approved this key';
    END IF;
    RETURN enrolment_issue(of_key, certificate_sha256, certificate, ends, in_currency);
END $$;

CREATE FUNCTION certificate_renew(
    current_sha256 bytea, of_key bytea, certificate_sha256 bytea, certificate bytea,
    ends timestamptz, most_a_day integer
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- 'issued' to the holder of a certificate that is good; 'not_current', 'used', 'too_many'.
DECLARE
    holder text;
BEGIN
    SELECT c.terminal INTO holder
        FROM terminal_certificates c JOIN terminals t ON t.id = c.terminal
        WHERE c.sha256 = current_sha256 AND c.denied_at IS NULL
          AND c.not_after > clock_timestamp() AND t.status = 'active' FOR UPDATE OF t;
    IF NOT FOUND THEN
        RETURN 'not_current';
    ELSIF EXISTS (SELECT FROM terminal_certificates WHERE key_sha256 = of_key) THEN
        RETURN 'used';
    ELSIF (SELECT count(*) >= most_a_day FROM terminal_certificates
           WHERE terminal = holder AND issued_at > clock_timestamp() - interval '24 hours') THEN
        RETURN 'too_many';
    END IF;
    INSERT INTO terminal_certificates (sha256, terminal, der, key_sha256, not_after)
        VALUES (certificate_sha256, holder, certificate, of_key, ends);
    RETURN 'issued';
END $$;

CREATE FUNCTION terminal_set_status(of_terminal text, to_status text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Deny or release a terminal. False where there is none, or it is so already.
    WITH changed AS (
        UPDATE terminals SET status = to_status
        WHERE id = of_terminal AND status <> to_status RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)
$$;

CREATE FUNCTION certificate_deny(of_terminal text, certificate_sha256 bytea) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- For good: a stolen key is not given back. False where there is none, or it is denied already.
    WITH changed AS (
        UPDATE terminal_certificates SET denied_at = clock_timestamp()
        WHERE terminal = of_terminal AND sha256 = certificate_sha256 AND denied_at IS NULL
        RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)
$$;

REVOKE ALL ON FUNCTION
    enrolment_ask(bytea, text, text, bytea, text, integer, integer, integer),
    enrolment_refuse(bytea), enrolment_issue(bytea, bytea, bytea, timestamptz, text),
    enrolment_release(bytea, bytea, bytea, timestamptz, text),
    certificate_renew(bytea, bytea, bytea, bytea, timestamptz, integer),
    terminal_set_status(text, text), certificate_deny(text, bytea) FROM PUBLIC;
GRANT SELECT ON enrolments TO bank_app;
GRANT EXECUTE ON FUNCTION
    enrolment_ask(bytea, text, text, bytea, text, integer, integer, integer),
    enrolment_refuse(bytea), enrolment_release(bytea, bytea, bytea, timestamptz, text),
    certificate_renew(bytea, bytea, bytea, bytea, timestamptz, integer),
    terminal_set_status(text, text), certificate_deny(text, bytea) TO bank_app;
