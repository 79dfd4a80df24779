// What the C++ library calls before it gives up, as a trap: a module without these would import
// them from its host. Nothing in the core leads here.
#include <cstdarg>

extern "C" [[noreturn]] void abort() { __builtin_trap(); }

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 150000
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD
#endif
