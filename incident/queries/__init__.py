"""Reads. Every one takes an Actor and starts from what that actor may see."""
