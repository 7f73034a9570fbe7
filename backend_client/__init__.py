"""The bank as a kiosk sees it: identity, attempts, deadlines, failover and the PIN prover."""
