create function pin_succeed(p_cert bytea, p_account bytea, p_nonce bytea, p_ver bigint)
returns boolean language plpgsql as $$
declare
    found_way text;
begin
    perform from credentials c
        where c.account = p_account and c.ver = p_ver and c.status = 'active' for share;
    if not found then return false; end if;
    update pin_attempts a set succeeded = true
        where a.terminal_cert = p_cert and a.account = p_account and p_nonce = any (a.nonces)
        returning a.way into found_way;
    if not found then return false; end if;
    -- Whoever has finger and PIN opens both ways in; the number and PIN open only their own.
    update pin_tries t set number_tries = 0,
        finger_tries = case when found_way = 'finger' then 0 else t.finger_tries end,
        finger_total = case when found_way = 'finger' then 0 else t.finger_total end
        where t.account = p_account;
    return true;
end $$;

create function pin_login(
    p_terminal text, p_cert bytea, p_account bytea, p_nonce bytea, p_ver bigint, p_record bytea,
    p_session bytea, p_idle_s integer, p_absolute_s integer,
    out outcome text, out customer uuid, out roles text[], out sealed bytea, out version integer,
    out finger boolean, out expires_at bigint
) language plpgsql as $$
declare
    moment timestamptz;
    earlier sessions;
begin
    perform pg_advisory_xact_lock(hashtextextended('pin ' || p_terminal, 0));
    moment := clock_timestamp();
    -- One record, one live session. A kiosk that never heard of its session asks again with the
    -- same record: the new session takes the place of the old. Once that has ended, none is made.
    select s.* into earlier from factor1_used f join sessions s on s.id_hash = f.session
        where f.record = p_record;
    if found and (earlier.ended_at is not null or earlier.terminal_cert <> p_cert) then
        outcome := 'record_used'; return;
    end if;
    select c.customer, u.roles, u.sealed, u.version into customer, roles, sealed, version
        from credentials c join customers u on u.id = c.customer
        where c.account = p_account and u.status = 'active';
    if not found or not pin_succeed(p_cert, p_account, p_nonce, p_ver) then
        outcome := 'rejected'; return;
    end if;
    select a.way = 'finger' into finger from pin_attempts a
        where a.terminal_cert = p_cert and p_nonce = any (a.nonces);
    update sessions s set ended_at = moment where s.id_hash = earlier.id_hash;
    insert into sessions (id_hash, customer, account, terminal, terminal_cert, finger, roles,
            opened_at, refreshed_at, idle_until, expires_at)
        values (p_session, customer, p_account, p_terminal, p_cert, finger, roles, moment, moment,
            moment + make_interval(secs => p_idle_s), moment + make_interval(secs => p_absolute_s));
    insert into factor1_used (record, session, used_at) values (p_record, p_session, moment)
        on conflict (record) do update set session = excluded.session, used_at = excluded.used_at;
    expires_at := floor(extract(epoch from moment)) + p_absolute_s;
    outcome := 'opened';
end $$;
