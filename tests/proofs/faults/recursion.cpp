// A planted fault for stack.py: recursion to a depth that the input chooses.
[[gnu::noinline]] unsigned planted(const char* text, unsigned depth) {
  char copy[64];
  for (unsigned i = 0; i < sizeof(copy); ++i) copy[i] = text[i % (depth + 1)];
  if (*text == '\0') return static_cast<unsigned char>(copy[depth % sizeof(copy)]);
  return planted(text + 1, depth + 1) + static_cast<unsigned char>(copy[0]);
}
