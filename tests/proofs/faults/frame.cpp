// A planted fault for stack.py: one frame that is larger than the whole bound.
char planted(unsigned index) {
  volatile char room[64 * 1024];
  for (unsigned i = 0; i < sizeof(room); ++i) room[i] = static_cast<char>(i);
  return room[index % sizeof(room)];
}
