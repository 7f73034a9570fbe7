"""Screens: view models over the kiosk and their QML."""
