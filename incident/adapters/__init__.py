"""Adapters: one module a monitor, reading headers and bytes into signals; pure."""
