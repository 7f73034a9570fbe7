"""What the kiosk and the bank must agree on: money, messages, signing and the PIN proof."""
