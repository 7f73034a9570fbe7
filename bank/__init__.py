"""The bank: application servers over one replicated ledger."""
