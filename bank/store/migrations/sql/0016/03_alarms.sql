-- An alarm stays on record for ever; somebody says once that it was seen, and what came of it.

ALTER TABLE alarms
    ADD COLUMN acknowledged_at timestamptz,
    ADD COLUMN acknowledged_by text CHECK (length(acknowledged_by) BETWEEN 1 AND 100),
    ADD COLUMN note text CHECK (length(note) BETWEEN 3 AND 200),
    ADD CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)
        AND (acknowledged_at IS NULL) = (note IS NULL));
