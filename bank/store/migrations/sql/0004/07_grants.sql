REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT SELECT ON chain_heads, chain_gaps, open_holds TO bank_app;
GRANT EXECUTE ON FUNCTION ledger_decide(json, jsonb) TO bank_app;
