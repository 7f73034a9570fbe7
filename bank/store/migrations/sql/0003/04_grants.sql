REVOKE ALL ON FUNCTION
    pin_start(text, bytea, bytea, bytea, text, text, bytea, bytea, bytea, timestamptz, bytea,
        timestamptz, smallint, bigint),
    pin_burn(bytea, bytea, text, bytea, bytea, bigint, bytea, bytea),
    pin_succeed(bytea, bytea, bytea, bigint),
    pin_login(text, bytea, bytea, bytea, bigint, bytea, bytea, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    pin_start(text, bytea, bytea, bytea, text, text, bytea, bytea, bytea, timestamptz, bytea,
        timestamptz, smallint, bigint),
    pin_burn(bytea, bytea, text, bytea, bytea, bigint, bytea, bytea),
    pin_succeed(bytea, bytea, bytea, bigint),
    pin_login(text, bytea, bytea, bytea, bigint, bytea, bytea, integer, integer) TO bank_app;
