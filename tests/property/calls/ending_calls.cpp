// SPDX-License-Identifier: BSL-1.0
// Calls that end a connection, keep it alive or renew its keys.
#include "caller.hpp"

namespace quoin::property {
namespace of_ends {
namespace {

void close(caller& on, role side) {
  auto& end = on.at(side);
  auto const before = end.close_reason();
  bool const was_open = !end.closing();
  auto const code = on.some_code();
  std::string const reason(on.chance().below(3'000), '!');
  end.close(code, reason, on.now());
  on.expect(end.closing(), "close does not close");
  if (!was_open)
    return on.expect(end.close_reason() && before && end.close_reason()->code == before->code &&
                         end.close_reason()->origin == before->origin,
                     "what has ended ends otherwise");
  on.of(side).asked = close_info{event::close_origin::local, true, std::min(code, varint_max), 0, reason};
}

/// No memory for what it needs outside of itself: it says so if it can, and then no more.
void give_up(caller& on, role side) {
  auto& end = on.at(side);
  bool const was_open = !end.closing();
  if (was_open && !on.may_give_up()) return;
  on.of(side).gave_up = true;
  end.give_up();
  on.expect(was_open ? end.closing() : end.closed(), "giving up does not end it");
  if (was_open)
    on.of(side).asked = close_info{event::close_origin::local, false,
                                   static_cast<std::uint64_t>(error_code::internal_error), 0, "out of memory"};
}

void update_keys(caller& on, role side) {
  auto& end = on.at(side);
  auto const before = end.statistics().key_phase;
  bool const updated = end.update_keys(on.now());
  on.expect(!updated || (!on.is_over(side) && end.confirmed()), "keys are updated too early or too late");
  on.expect(end.statistics().key_phase == before + (updated ? 1 : 0), "a key update is not counted");
}

void ping(caller& on, role side) {
  on.at(side).ping();
}

void defer_idle(caller& on, role side) {
  using namespace std::chrono_literals;
  constexpr duration spans[]{-1h, 0s, 1ms, 10s, 10min};
  on.at(side).defer_idle(saturating_add(on.now(), spans[on.chance().below(std::size(spans))]));
}

void offer_token(caller& on, role side) {
  if (side == role::client) return;  // a contract: servers only
  std::vector<std::uint8_t> token(1 + on.chance().below(limits::token_size));
  for (auto& byte : token) byte = static_cast<std::uint8_t>(on.chance().next());
  on.at(side).offer_token(token);
  on.of(side).tokens.push_back(std::move(token));
}

void take_token(caller& on, role side) {
  auto const token = on.at(side).take_token();
  auto const& offered = on.of(role::server).tokens;
  if (token.empty()) return;
  on.expect(side == role::client, "a server is given a token");
  on.expect(std::find(offered.begin(), offered.end(), token) != offered.end(), "a token that nobody offered");
  on.expect(on.at(side).take_token().empty(), "a token is given twice");
}

constexpr call calls[]{
    {"connection::close connection::close_reason", 1, &close},
    {"connection::give_up", 1, &give_up},
    {"connection::update_keys", 4, &update_keys},
    {"connection::ping", 4, &ping},
    {"connection::defer_idle", 2, &defer_idle},
    {"connection::offer_token", 5, &offer_token},
    {"connection::take_token", 3, &take_token},
};

}  // namespace
}  // namespace of_ends

std::span<call const> ending_calls() {
  return of_ends::calls;
}

}  // namespace quoin::property
