// SPDX-License-Identifier: BSL-1.0
// What a user reads who awaits a message in a coroutine of another kind.
#include <quoin/http3/api/awaited_content.hpp>

using namespace quoin::http3;

struct foreign_handle {
  struct promise_type {};
  promise_type& promise() const;
  void resume() const;
};

// error: HTTP/3 messages can be awaited in a coroutine that returns quoin::http3::task
// names: foreign_handle
template class quoin::http3::detail::suspended<foreign_handle>;
