// It fails as it says, and so does its twin: the API under test cannot be used at all.
// expect: call to deleted|use of deleted function
bool planted() = delete;
bool call() { return planted(); }
