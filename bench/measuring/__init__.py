"""What the programs of `bench` share: rounds, tables, the machine, peers, and the servers they run against."""
