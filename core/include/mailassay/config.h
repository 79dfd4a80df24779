// Macros shared by all public headers. Nothing here is part of the API.
#pragma once

// A parameter whose referent must outlive the object or view that is built from it.
#if defined(__clang__) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define MAILASSAY_LIFETIME_BOUND [[clang::lifetimebound]]
#endif
#endif
#ifndef MAILASSAY_LIFETIME_BOUND
#define MAILASSAY_LIFETIME_BOUND
#endif
