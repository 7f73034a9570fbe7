"""The ATM itself, without a screen: session, transactions, journal, cash and devices."""
