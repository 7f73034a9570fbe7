"""Suspended cases at a shell: what journal, device and ledger say, and two people who close one."""
