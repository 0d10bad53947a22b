"""The demo: one breach from the alert to the proof, walked on real parts that cannot leave the machine."""
