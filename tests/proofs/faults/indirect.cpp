// A planted fault for stack.py: a call whose target the graph does not know.
int planted(int (*called)(int), int argument) { return called(argument) + 1; }
