// Nothing is called from Swift; a target of C must have a header.
