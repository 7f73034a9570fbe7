-- The audit log, acts and the key check are only ever added to.

grant select, insert on audit, staff_acts, key_check, customer_index to bank_app;
grant select, insert, update on servers, customers, credentials, fingers, gallery to bank_app;
grant select, insert, update, delete on pin_tries, pin_attempts, pin_nonces, probes, sessions,
    factor1_used, signups to bank_app;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON staff_acts
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
