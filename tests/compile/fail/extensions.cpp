// SPDX-License-Identifier: BSL-1.0
// What a user reads whose list of `extensions` does not fit, or who uses what is not on it.
#include <quoin/connection/connection.hpp>
#include <quoin/extension/datagram.hpp>
#include <quoin/extension/multipath.hpp>
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct with_no_list : archetype_stack {
  using extensions = datagram;
};
// error: this stack's `extensions` is not a quoin::extensions<...> -- see docs/extensions.md
template struct quoin::check_stack<with_no_list>;

struct without_state : datagram {
  using state = int;
};
struct with_half_an_extension : archetype_stack {
  using extensions = quoin::extensions<without_state>;
};
// error: this stack's `extensions` lists what is not a protocol_extension -- see docs/extensions.md
// names: state
template struct quoin::check_stack<with_half_an_extension>;

struct with_one_twice : archetype_stack {
  using extensions = quoin::extensions<datagram, datagram>;
};
// error: this stack's `extensions` lists an extension twice -- see docs/extensions.md
template struct quoin::check_stack<with_one_twice>;

struct with_paths_and_plain_keys : archetype_stack {
  using extensions = quoin::extensions<multipath>;
};
// error: this stack lists `multipath`, but its packet keys have no combine_iv\(\) -- see docs/policies/crypto.md
template struct quoin::check_stack<with_paths_and_plain_keys>;

void send(connection<archetype_stack>& on, byte_view bytes) {
  // error: this stack does not list that extension -- add it to its `extensions`, see docs/extensions.md
  static_cast<void>(on.extension<datagram>().send(bytes));
}

void open(connection<archetype_stack>& on, socket_address const& local, socket_address const& remote) {
  // error: this stack does not list that extension -- add it to its `extensions`, see docs/extensions.md
  static_cast<void>(on.extension<multipath>().open_path(local, remote, instant{}));
}
// more errors may follow
