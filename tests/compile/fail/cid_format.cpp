// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `cid_format` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct blank {
  static constexpr std::size_t size = 8;
};
struct without_a_hook : archetype_stack {
  using cid_format = blank;
};
// error: this stack's `cid_format` is not a connection_id_format -- see docs/policies/cid_format.md
// names: make
template struct quoin::check_stack<without_a_hook>;

struct endless : archetype::cid_format {
  static constexpr std::size_t size = 21;
};
struct with_a_wrong_size : archetype_stack {
  using cid_format = endless;
};
// error: this stack's `cid_format` is not a connection_id_format -- see docs/policies/cid_format.md
// names: size
template struct quoin::check_stack<with_a_wrong_size>;

struct bare_bytes : archetype::cid_format {
  std::array<std::uint8_t, 4> make(cid_randomness) noexcept { return {}; }
};
struct with_a_wrong_type : archetype_stack {
  using cid_format = bare_bytes;
};
// error: this stack's `cid_format` is not a connection_id_format -- see docs/policies/cid_format.md
// names: make
template struct quoin::check_stack<with_a_wrong_type>;
