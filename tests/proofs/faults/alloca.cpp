// A planted fault for stack.py: a frame whose size the input chooses.
char planted(unsigned size) {
  volatile char* const room = static_cast<volatile char*>(__builtin_alloca(size));
  for (unsigned i = 0; i < size; ++i) room[i] = static_cast<char>(i);
  return room[size / 2];
}
