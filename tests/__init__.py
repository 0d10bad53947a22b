"""Everything that is tested, in the tree of the source, and what the tests stand on."""
