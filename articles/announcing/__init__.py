"""Tells search engines which addresses have appeared, changed or gone (docs/architecture.md)."""
