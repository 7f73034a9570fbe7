-- Terminals, their certificates, and what each may still pay out and vouch for.

CREATE TABLE business_day (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    day date NOT NULL
);
COMMENT ON TABLE business_day IS 'The bank''s date. It only moves forward.';

CREATE TABLE terminals (
    id text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9-]{1,64}$'),
    kind text NOT NULL CHECK (kind IN ('atm', 'teller')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'denied')),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    cash_account bigint NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE terminal_certificates (
    sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
    terminal text NOT NULL REFERENCES terminals,
    der bytea NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON terminal_certificates (terminal);

-- A terminal vouches alone for its deposits, so what it may vouch for is limited too.
CREATE TABLE terminal_cash (
    terminal text PRIMARY KEY REFERENCES terminals,
    loaded_minor bigint NOT NULL CHECK (loaded_minor >= 0),
    paid_minor bigint NOT NULL DEFAULT 0,        -- since it was loaded, holds included
    taken_minor bigint NOT NULL DEFAULT 0,       -- since it was emptied
    taken_today_minor bigint NOT NULL DEFAULT 0,
    day date NOT NULL                            -- whose "today"
);

CREATE TABLE chain_links (
    terminal text NOT NULL,
    chain uuid NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 0),
    jws_sha256 bytea NOT NULL,
    prev bytea NOT NULL,
    uid uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (terminal, chain, seq)
);
COMMENT ON TABLE chain_links IS 'Which signed request stands where in a terminal''s chain.';
CREATE INDEX ON chain_links (terminal, received_at DESC);

CREATE TABLE alarms (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('fork', 'gap', 'old_hold')),
    terminal text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, terminal, subject)
);
