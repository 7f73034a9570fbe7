-- Four eyes: the same act, asked by two people within a time, and done by the second.

CREATE TABLE approvals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),  -- SHA-256 of what is to be done
    act uuid NOT NULL UNIQUE,                                 -- the staff's act, with its PIN proof
    person uuid NOT NULL REFERENCES customers,
    done boolean NOT NULL,                                    -- whether this was the second person
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX approvals_by_subject ON approvals (kind, subject, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals
    FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE FUNCTION four_eyes_asked(of_kind text, of_subject text, within interval)
RETURNS approvals LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What waits for a second person; null if nothing does. What was done once is over.
    SELECT a FROM approvals a
    WHERE (a.kind, a.subject) = (of_kind, of_subject) AND NOT a.done
      AND a.asked_at > clock_timestamp() - within
      AND NOT EXISTS (SELECT FROM approvals later
          WHERE (later.kind, later.subject) = (a.kind, a.subject) AND later.done
            AND later.id > a.id)
    ORDER BY a.id DESC LIMIT 1
$$;

CREATE FUNCTION four_eyes_approve(
    of_kind text, of_subject text, of_digest bytea, of_act uuid, by_person uuid, within interval
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- 'waiting', 'done', 'same_person' or 'differs'; the last two keep nothing.
DECLARE
    first approvals;
BEGIN
    -- Two at once: the later one waits for the earlier one's commit, and sees it.
    PERFORM pg_advisory_xact_lock(
        hashtextextended('approval/' || of_kind || '/' || of_subject, 1));
    first := four_eyes_asked(of_kind, of_subject, within);
    IF first.digest <> of_digest THEN
        RETURN 'differs';
    ELSIF first.person = by_person THEN
        RETURN 'same_person';
    END IF;
    INSERT INTO approvals (kind, subject, digest, act, person, done)
        VALUES (of_kind, of_subject, of_digest, of_act, by_person, first.id IS NOT NULL);
    RETURN CASE WHEN first.id IS NULL THEN 'waiting' ELSE 'done' END;
END $$;

REVOKE ALL ON FUNCTION
    four_eyes_asked(text, text, interval),
    four_eyes_approve(text, text, bytea, uuid, uuid, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    four_eyes_asked(text, text, interval),
    four_eyes_approve(text, text, bytea, uuid, uuid, interval) TO bank_app;
