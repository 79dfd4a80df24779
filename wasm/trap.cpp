// Where the C++ library would print and exit, the module stops: so it needs nothing from outside.
// Nothing in the core leads here.
#include <cstddef>

extern "C" [[noreturn]] void abort() { __builtin_trap(); }

// libc++ before 15 has none; its declaration is noexcept from 20 on.
#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 150000
#include <__verbose_abort>
#if _LIBCPP_VERSION >= 200000
#define MAILASSAY_NOEXCEPT noexcept
#else
#define MAILASSAY_NOEXCEPT
#endif
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) MAILASSAY_NOEXCEPT { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD
#endif
