// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `io` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct without_room : archetype::io {
  using io::io;
  byte_span sendroom() noexcept { return {}; }
  byte_span send_room() noexcept = delete;
};
struct without_a_hook : archetype_stack {
  using io = without_room;
};
// error: this stack's `io` is not a datagram_io -- see docs/policies/io.md
// names: send_room
template struct quoin::check_stack<without_a_hook>;

struct sends_a_flag : archetype::io {
  using io::io;
  bool send(outgoing const&) noexcept { return true; }
};
struct with_a_wrong_type : archetype_stack {
  using io = sends_a_flag;
};
// error: this stack's `io` is not a datagram_io -- see docs/policies/io.md
// names: send
template struct quoin::check_stack<with_a_wrong_type>;

struct throwing : archetype::io {
  using io::io;
  std::span<arrival> receive() { return {}; }
};
struct that_may_throw : archetype_stack {
  using io = throwing;
};
// error: this stack's `io` is not a datagram_io -- see docs/policies/io.md
// names: receive
template struct quoin::check_stack<that_may_throw>;

struct without_config : archetype::io {
  using io::io;

 private:
  struct config;
};
struct that_cannot_be_made : archetype_stack {
  using io = without_config;
};
// error: this stack's `io` is not a datagram_io -- see docs/policies/io.md
// names: config
template struct quoin::check_stack<that_cannot_be_made>;
