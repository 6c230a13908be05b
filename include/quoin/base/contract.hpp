// SPDX-License-Identifier: BSL-1.0
/// \file
/// Contracts between the library's own parts. A broken contract is a bug in the caller's code, never something that a
/// peer can cause: what arrives on the wire is answered with a `transport_error`.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace quoin::detail {

[[noreturn, gnu::cold]] inline void contract_broken(char const* condition, char const* file, int line) noexcept {
  std::fprintf(stderr, "quoin: contract broken: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace quoin::detail

/// Checked in every build unless QUOIN_NO_CONTRACTS is defined; cheap conditions only.
#ifdef QUOIN_NO_CONTRACTS
#define QUOIN_ASSERT(condition) static_cast<void>(0)
#else
#define QUOIN_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::quoin::detail::contract_broken(#condition, __FILE__, __LINE__))
#endif

/// `inline` when the library is used as headers, nothing when its bodies are compiled once into `quoin::split`.
#ifdef QUOIN_SEPARATE_COMPILATION
#define QUOIN_DECL
#else
#define QUOIN_DECL inline
#endif
