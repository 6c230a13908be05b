// SPDX-License-Identifier: BSL-1.0
// No branch and no address depends on the bytes of a stateless reset token while it is compared (RFC 9000 10.3.1):
// MemorySanitizer is told that they have no value, and would stop at the first thing that is decided by one. A program
// of its own, because everything in it must have been compiled so. With the argument "careless" it does what it is to
// find out.
#include <quoin/cid/peer_ids.hpp>

#include "made_ids.hpp"

#include <sanitizer/msan_interface.h>

#include <cstdio>
#include <span>
#include <string_view>

namespace {

using quoin::stateless_reset_token;

void poison(stateless_reset_token const& token) {
  __msan_poison(token.data(), token.size());
}

/// What a comparison came to, for everybody to see.
bool shown(bool outcome) {
  __msan_unpoison(&outcome, sizeof outcome);
  return outcome;
}

bool is_compared_by_careless(stateless_reset_token const& token, std::span<std::uint8_t const, 16> end) {
  for (std::size_t i = 0; i < token.size(); ++i)
    if (token[i] != end[i]) return false;
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  auto poisoned = made::token(1);
  poison(poisoned);
  if (count > 1 && std::string_view{arguments[1]} == "careless")
    return shown(is_compared_by_careless(poisoned, made::token(2))) ? 1 : 0;

  quoin::peer_connection_ids ids{quoin::role::client};
  ids.set_first(made::id(0));
  ids.set_reset_token(made::token(0));
  if (!ids.on_new_connection_id(made::frame(1)) || ids.take_spare() != 1) return 1;
  ids.for_each_reset_token(poison);
  // Two paths are in use, and so are their tokens.
  for (std::uint8_t number = 0; number < 4; ++number)
    if (shown(ids.is_reset_token(made::token(number))) != (number < 2)) {
      std::printf("token %d is not told apart\n", number);
      return 1;
    }
  return 0;
}
