// A planted fault for symbols.py: memory from the heap.
int* planted(unsigned count) { return new int[count]; }
