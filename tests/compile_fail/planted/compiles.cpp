// Not the fault that it claims to be: it compiles.
// expect: deleted
bool planted() { return true; }
