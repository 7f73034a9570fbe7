-- New PINs of customers who exist: those that two members of staff approved, and every ticket.

create table pin_resets (
    id uuid primary key,                          -- the second person's act
    customer uuid not null references customers,
    from_ver bigint not null,
    desk text not null,                           -- the terminal where the customer chooses the PIN
    approved_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);
create index pin_resets_by_customer on pin_resets (customer, approved_at);
create trigger append_only before update or delete on pin_resets
    for each row execute function append_only();

-- A ticket allows one evaluation of one PIN under one version, which is never used again.
create table pin_renewals (
    uid bytea primary key check (octet_length(uid) = 16),
    customer uuid not null references customers,
    account bytea not null,
    seed smallint not null,
    from_ver bigint not null,
    ver bigint not null check (ver > from_ver),
    reset uuid references pin_resets,             -- null: the customer changes it, with the old PIN
    session bytea,                                -- of a customer who changes it
    terminal text not null,
    ticket bytea not null unique,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    finish bytea,                                 -- SHA-256 of the message that ended it
    finished_at timestamptz,
    unique (account, ver),
    check ((reset is null) <> (session is null)),
    check ((finish is null) = (finished_at is null))
);
create index pin_renewals_by_customer on pin_renewals (customer, issued_at);
grant select, insert on pin_resets to bank_app;
grant select, insert on pin_renewals to bank_app;
grant update (finish, finished_at) on pin_renewals to bank_app;
