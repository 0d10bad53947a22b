"""`seventytwo edge`: released in-app notices and nothing else, shown also while seventytwo itself is down."""
