// It fails, but not for the reason that it gives.
// expect: call to deleted|use of deleted function
#ifdef TWIN
bool planted() { return true; }
#else
bool planted() { return misspelt; }
#endif
