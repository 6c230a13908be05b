// SPDX-License-Identifier: BSL-1.0
// Calls about streams.
#include "caller.hpp"

namespace quoin::property {
namespace of_streams {
namespace {

using e = stream_errc;

void open(caller& on, role side) {
  auto const direction = on.some_direction();
  auto const id = on.at(side).open(direction);
  if (on.is_over(side)) return on.expect_error(id, e::connection_closed, "open");
  on.expect_one_of(id, "open", {e::limit_reached, e::not_ready});
  on.expect(id || id.error() != e::not_ready || !on.at(side).connected(), "open is not ready though connected");
  if (!id) return;
  on.expect(id->initiator() == side && id->direction() == direction, "open gives a stream of another kind");
  on.expect(on.of(side).said.try_emplace(id->value()).second, "open gives a stream twice");
}

/// What is alike in all that writes.
template <class Result>
bool may_write(caller& on, role side, stream_id id, Result const& outcome, std::string_view call) {
  if (on.is_over(side)) return on.expect_error(outcome, e::connection_closed, call), false;
  on.expect_one_of(outcome, call,
                   {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::not_ready});
  if (!outcome) {
    on.expect(outcome.error() != e::not_ready || !on.at(side).connected(), std::string{call} + " is not ready");
    on.expect(outcome.error() != e::wrong_direction || !id.sendable_by(side), std::string{call} + " turns around");
    return false;
  }
  auto const& known = on.of(side).said[id.value()];
  on.expect(id.sendable_by(side), std::string{call} + " on a stream that is only received");
  on.expect(!known.finished && !known.cut, std::string{call} + " after the end");
  return true;
}

void write_copy(caller& on, role side) {
  auto const id = on.some_stream();
  auto const size = static_cast<std::size_t>(on.chance().below(3'001));
  auto const bytes = on.next_bytes(side, id, size);
  auto const taken = on.at(side).write(id, byte_view{bytes});
  if (!may_write(on, side, id, taken, "write")) return;
  on.expect(*taken <= size, "write takes more than it was given");
  on.of(side).said[id.value()].written += *taken;
}

void write_slice(caller& on, role side) {
  auto const id = on.some_stream();
  auto const owner = std::make_shared<std::vector<std::uint8_t>>(
      on.next_bytes(side, id, static_cast<std::size_t>(on.chance().below(3'001))));
  auto const taken = on.at(side).write(id, send_slice{*owner, owner});
  if (!may_write(on, side, id, taken, "write of a slice")) return;
  on.of(side).said[id.value()].written += owner->size();
  on.of(side).lent += owner->size();
}

void finish(caller& on, role side) {
  auto const id = on.some_stream();
  if (may_write(on, side, id, on.at(side).finish(id), "finish")) on.of(side).said[id.value()].finished = true;
}

void reset(caller& on, role side) {
  auto const id = on.some_stream();
  auto const done = on.at(side).reset(id, on.some_code());
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "reset");
  on.expect_one_of(done, "reset", {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset});
  if (!done) return;
  auto& known = on.of(side).said[id.value()];
  on.expect(id.sendable_by(side) && !std::exchange(known.reset, true), "reset twice, or of what is not sent");
  known.cut = true;
}

void stop_sending(caller& on, role side) {
  auto const id = on.some_stream();
  auto const done = on.at(side).stop_sending(id, on.some_code());
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "stop_sending");
  on.expect_one_of(done, "stop_sending", {e::unknown_stream, e::wrong_direction, e::already_finished});
  if (!done) return;
  auto& known = on.of(side).heard[id.value()];
  on.expect(id.receivable_by(side) && !known.ended && !std::exchange(known.stopped, true), "stop_sending twice");
}

void prioritize(caller& on, role side) {
  auto const id = on.some_stream();
  auto const done =
      on.at(side).prioritize(id, {static_cast<std::uint8_t>(on.chance().below(256)), on.chance().chance(0.5)});
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "prioritize");
  on.expect_one_of(done, "prioritize", {e::unknown_stream, e::wrong_direction});
  on.expect(!done || id.sendable_by(side), "prioritize of what is not sent");
}

/// What is alike in all that reads. What has arrived can be read whatever became of the connection.
template <class Result>
bool may_read(caller& on, role side, stream_id id, Result const& outcome, std::string_view call) {
  on.expect_one_of(outcome, call,
                   {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::not_ready,
                    on.at(side).closing() ? e::connection_closed : e::not_ready});
  if (!outcome) {
    bool const hidden = side == role::server && !on.at(side).connected();
    on.expect(outcome.error() != e::not_ready || hidden, std::string{call} + " is not ready");
    return false;
  }
  auto const& known = on.of(side).heard[id.value()];
  on.expect(id.receivable_by(side), std::string{call} + " on a stream that is only sent");
  on.expect(!known.ended && !known.stopped, std::string{call} + " after the end");
  return true;
}

void read(caller& on, role side) {
  auto const id = on.some_stream();
  std::vector<std::uint8_t> room(on.chance().below(3'001));
  auto const got = on.at(side).read(id, room, on.now());
  if (!may_read(on, side, id, got, "read")) return;
  on.expect(got->size <= room.size(), "read gives more than there is room for");
  on.take(side, id, byte_view{room}.first(std::min(got->size, room.size())));
  on.of(side).heard[id.value()].ended = got->fin;
}

void peek_and_consume(caller& on, role side) {
  auto const id = on.some_stream();
  auto& end = on.at(side);
  auto const seen = end.peek(id);
  if (!may_read(on, side, id, seen, "peek")) return;
  auto const count = static_cast<std::size_t>(on.chance().below(seen->size() + 1));
  std::vector<std::uint8_t> const bytes(seen->begin(), seen->begin() + static_cast<std::ptrdiff_t>(count));
  auto const ended = end.consume(id, count, on.now());
  on.expect(ended.has_value(), "consume refuses what peek showed");
  on.take(side, id, bytes);
  on.of(side).heard[id.value()].ended = ended.value_or(false);
}

/// Nothing may be consumed unseen, but nothing is a number too.
void consume_nothing(caller& on, role side) {
  auto const id = on.some_stream();
  auto const ended = on.at(side).consume(id, 0, on.now());
  if (may_read(on, side, id, ended, "consume")) on.of(side).heard[id.value()].ended = *ended;
}

void unsent_and_sizes(caller& on, role side) {
  auto const id = on.some_stream();
  auto const unsent = on.at(side).unsent(id);
  auto const sizes = on.at(side).sizes(id);
  auto const said = on.of(side).said.find(id.value());
  auto const written = said == on.of(side).said.end() ? 0 : said->second.written;
  on.expect(unsent <= written, "more is unsent than was written");
  on.expect(unsent == 0 || sizes.has_value(), "bytes of a stream that is gone are unsent");
  if (!sizes) return;
  auto const& heard = on.of(side).heard[id.value()];
  on.expect(sizes->consumed <= sizes->received, "more is consumed than was received");
  on.expect(heard.stopped || sizes->consumed >= heard.taken, "what was consumed is not counted");
  on.expect(sizes->sent <= written, "more is sent than was written");
  bool const whole = said == on.of(side).said.end() || !said->second.cut;
  bool const stopped_by_peer = sizes->sent < written;
  on.expect(!whole || stopped_by_peer || sizes->sent == written, "what was written is not counted");
}

void watch_size(caller& on, role side) {
  auto const id = on.some_stream();
  auto const done = on.at(side).watch_size(id);
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "watch_size");
  on.expect_one_of(done, "watch_size", {e::unknown_stream, e::wrong_direction});
  on.expect(!done || id.receivable_by(side), "watch_size of what is only sent");
}

constexpr call calls[]{
    {"connection::open", 30, &open},
    {"connection::write", 30, &write_copy},
    {"connection::write", 10, &write_slice},
    {"connection::finish", 10, &finish},
    {"connection::reset", 6, &reset},
    {"connection::stop_sending", 6, &stop_sending},
    {"connection::prioritize", 8, &prioritize},
    {"connection::read", 30, &read},
    {"connection::peek connection::consume", 12, &peek_and_consume},
    {"connection::consume", 4, &consume_nothing},
    {"connection::unsent connection::sizes", 8, &unsent_and_sizes},
    {"connection::watch_size", 6, &watch_size},
};

}  // namespace
}  // namespace of_streams

std::span<call const> stream_calls() {
  return of_streams::calls;
}

}  // namespace quoin::property
