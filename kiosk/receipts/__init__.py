"""Paper receipts: what stands on one, and the printer that prints it.

``slip`` holds the facts of a receipt, ``layout`` turns them into lines of text, ``printer`` sends
them to an ESC/POS printer.

    PrinterError        nothing usable came out; the movement itself is not touched by it
    |-- PrinterAway     no printer answers
    `-- PaperOut        it answers and has no paper
"""
