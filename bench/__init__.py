"""Programs that measure on this machine; README.md says how to read what they print."""
