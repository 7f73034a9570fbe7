"""What a customer reads: balance, statement, and the name behind a payee's number.

reads.py    the database's answers
routes.py   GET /v1/accounts/{number}/balance and /statement, POST /v1/payees
"""
