-- Requests lie by hash, for their key is looked up without a date; entries, postings and signed
-- bytes lie by business month, so that old months can be moved as a whole.

DO $$
BEGIN
    FOR n IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE requests_%s PARTITION OF requests FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            n, n);
    END LOOP;
END $$;

-- Rows of a month nobody made ready still have a place.
CREATE TABLE entries_other PARTITION OF entries DEFAULT;
CREATE TABLE postings_other PARTITION OF postings DEFAULT;
CREATE TABLE signed_requests_other PARTITION OF signed_requests DEFAULT;

CREATE FUNCTION ledger_open_months(first date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Makes the partitions of `months` months from the month of `first` on; returns how many were new.
DECLARE
    month date;
    parent text;
    name text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger_open_months', 0));
    FOR n IN 0..least(months, 36) - 1 LOOP
        month := (date_trunc('month', first) + make_interval(months => n))::date;
        FOREACH parent IN ARRAY ARRAY['entries', 'postings', 'signed_requests'] LOOP
            name := parent || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass(name) IS NOT NULL;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                name, parent, month, (month + interval '1 month')::date);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

SELECT ledger_open_months(current_date, 13);

CREATE FUNCTION only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.day < OLD.day THEN
        RAISE EXCEPTION 'the business day only moves forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_forward BEFORE UPDATE OR DELETE ON business_day
    FOR EACH ROW EXECUTE FUNCTION only_forward();

CREATE FUNCTION ledger_day(time_zone text) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The business day: the later of the one on record and today's date in the bank's time zone.
DECLARE
    today date := (clock_timestamp() AT TIME ZONE time_zone)::date;
    known date;
BEGIN
    SELECT day INTO known FROM business_day;
    IF known >= today THEN
        RETURN known;
    END IF;
    INSERT INTO business_day AS known_day (day) VALUES (today)
        ON CONFLICT (only_row) DO UPDATE SET day = greatest(known_day.day, EXCLUDED.day)
        RETURNING day INTO known;
    RETURN known;
END $$;
