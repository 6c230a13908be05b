// SPDX-License-Identifier: BSL-1.0
// What a user reads who puts into early data what nobody said may be replayed.
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>

void send_early(quoin::connection<quoin::test_stack>& to, quoin::stream_id id, quoin::byte_view order) {
  // error: early data can be replayed by whoever records it -- say replay_safe
  static_cast<void>(to.early().write(id, order));
  static_cast<void>(to.early().write(id, quoin::replay_safe{order}));
}
