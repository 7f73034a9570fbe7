"""What branch staff do: find customers, read their accounts, open and close accounts.

search.py     customers by name, user name, phone or account number
customers.py  one customer's details and accounts
acts.py       acts with a PIN proof over their exact bytes, each decided once
access.py     who may: the role teller, at a teller's terminal
routes.py     the HTTP interface

Errors::

    StaffError
    +-- BadAct       bytes that are no act, or one for another terminal or session
    +-- OtherAct     this uid came before with another act
    `-- NoCustomer   no customer has this id
"""
