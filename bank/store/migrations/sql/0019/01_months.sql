-- Rows of a month that nobody made ready lie in the default partition, and then no partition of
-- that month can be made. Nothing is moved, for nothing of the ledger is ever deleted: the default
-- partition becomes the partition of its rows' months, and an empty one takes its place.

CREATE FUNCTION ledger_name_other(parent text) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
-- Turns the default partition of `parent` into that of the months it has rows of; returns how many
-- partitions were made. All in the caller's transaction, under locks that it holds.
DECLARE
    other text := parent || '_other';
    name text;
    first date;
    last date;
BEGIN
    EXECUTE format('SELECT date_trunc(''month'', min(day)), date_trunc(''month'', max(day)) FROM %I',
        other) INTO first, last;
    IF first IS NULL THEN
        RETURN 0;
    END IF;
    name := parent || to_char(first, '_YYYY_MM');
    IF last > first THEN
        name := name || to_char(last, '"_to"_YYYY_MM');
    END IF;
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, other);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', other, name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, name, first, (last + interval '1 month')::date);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', other, parent);
    RETURN 1;
END $$;
REVOKE ALL ON FUNCTION ledger_name_other(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION ledger_open_months(first date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms'
AS $$
-- Makes the partitions of `months` months from the month of `first` on; returns how many were new.
-- Where it would have to wait for movements it gives up instead (lock_not_available), long before a
-- deadlock would be looked for, in which a movement might be the one to end: ask again later.
DECLARE
    month date;
    parent text;
    name text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger_open_months', 0));
    IF EXISTS (SELECT FROM entries_other) OR EXISTS (SELECT FROM postings_other)
        OR EXISTS (SELECT FROM signed_requests_other)
    THEN
        LOCK TABLE signed_requests, entries, postings IN ACCESS EXCLUSIVE MODE;
        made := ledger_name_other('signed_requests') + ledger_name_other('entries')
            + ledger_name_other('postings');
    END IF;
    FOR n IN 0..least(months, 36) - 1 LOOP
        month := (date_trunc('month', first) + make_interval(months => n))::date;
        FOREACH parent IN ARRAY ARRAY['entries', 'postings', 'signed_requests'] LOOP
            name := parent || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass(name) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    name, parent, month, (month + interval '1 month')::date);
                made := made + 1;
            EXCEPTION WHEN invalid_object_definition THEN
                -- A partition of several months has this one already.
                NULL;
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
