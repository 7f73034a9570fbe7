"""Every screen with sample facts, drawn without a display: pictures and their faults.

`samples` are the views, `render` draws them, `audit` walks what is drawn and knows the rules.
`main.py screens` writes the PNGs and `audit.json` (default: build/screens).
"""
