// SPDX-License-Identifier: BSL-1.0
// Calls of what extensions offer: datagrams, acknowledgements, resets that spare a beginning, observed addresses.
#include "caller.hpp"

namespace quoin::property {
namespace of_extensions {
namespace {

/// Any size now and then; each datagram differs from all before, if its size lets it, and the others are sent once.
std::optional<std::vector<std::uint8_t>> next_datagram(caller& on, role side, std::size_t most) {
  auto& known = on.of(side);
  auto& chance = on.chance();
  auto const size = static_cast<std::size_t>(chance.chance(0.1)   ? chance.below(70'000)
                                             : chance.chance(0.2) ? most + chance.below(3)
                                                                  : chance.below(1'400));
  constexpr std::size_t number_size = 4;
  if (size < number_size && (known.tiny_datagrams & 1U << size) != 0) return std::nullopt;
  std::vector<std::uint8_t> bytes(size, static_cast<std::uint8_t>(side == role::client ? 0xc1 : 0x5e));
  if (size < number_size)
    known.tiny_datagrams |= static_cast<std::uint8_t>(1U << size);
  else
    for (std::size_t i = 0; i < number_size; ++i) bytes[i] = static_cast<std::uint8_t>(known.datagrams >> 8 * i);
  ++known.datagrams;
  return bytes;
}

template <class Send>
void send_datagram(caller& on, role side, Send&& send) {
  using e = datagram_errc;
  auto api = on.at(side).extension<datagram>();
  auto const most = api.max_size();
  auto const bytes = next_datagram(on, side, most);
  if (!bytes) return;
  auto const took = send(api, *bytes);
  if (on.is_over(side)) return on.expect_error(took, e::connection_closed, "datagram::send");
  bool const known = on.at(side).peer_parameters().has_value();
  if (!known) return on.expect_error(took, e::not_ready, "datagram::send");
  bool const taken_by_peer = on.made_from(peer_of(side)).extensions.datagram.max_frame_size > 1;  // with a length
  if (!taken_by_peer) return on.expect_error(took, e::unsupported, "datagram::send");
  if (bytes->size() > most) return on.expect_error(took, e::too_large, "datagram::send");
  on.expect_one_of(took, "datagram::send", {e::queue_full});
}

void send_copy(caller& on, role side) {
  send_datagram(on, side, [](auto& api, std::vector<std::uint8_t> const& bytes) { return api.send(byte_view{bytes}); });
}

void send_lent(caller& on, role side) {
  send_datagram(on, side, [](auto& api, std::vector<std::uint8_t> const& bytes) {
    auto const owner = std::make_shared<std::vector<std::uint8_t>>(bytes);
    return api.send(send_slice{*owner, owner});
  });
}

void datagram_standing(caller& on, role side) {
  auto const api = on.at(side).extension<datagram>();
  on.expect(!on.is_over(side) || api.max_size() == 0, "datagrams could be sent on a connection that ends");
  on.expect(on.at(side).peer_parameters() || api.max_size() == 0, "datagrams could be sent to nobody knows whom");
  on.expect(api.takes_any() == (on.made_from(side).extensions.datagram.max_frame_size > 0), "takes_any is wrong");
  auto const& counts = api.statistics();
  on.expect(counts.acked <= counts.sent && counts.dropped_unread <= counts.received, "datagrams are counted wrongly");
}

void read_datagram(caller& on, role side) {
  auto api = on.at(side).extension<datagram>();
  auto const held = on.at(side).held_bytes();
  auto const seen = api.peek();
  auto const again = api.peek();
  on.expect(seen.has_value() == again.has_value() && (!seen || seen->data() == again->data()), "peek takes something");
  on.expect(!seen || seen->size() <= 65535, "a datagram that is larger than any can be");
  api.pop();
  bool const lets_go = seen && !seen->empty();
  on.expect(lets_go ? on.at(side).held_bytes() < held : on.at(side).held_bytes() <= held, "pop holds on");
}

void reset_at(caller& on, role side) {
  using e = stream_errc;
  auto const id = on.some_stream();
  auto& chance = on.chance();
  auto const size = chance.chance(0.1) ? chance.next() : chance.below(2'000);
  auto api = on.at(side).extension<reset_stream_at>();
  auto const done = api.reset(id, on.some_code(), size);
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "reset_stream_at::reset");
  if (!api.peer_listens()) return on.expect_error(done, e::unsupported, "reset_stream_at::reset");
  on.expect_one_of(done, "reset_stream_at::reset",
                   {e::unknown_stream, e::wrong_direction, e::already_finished, e::was_reset, e::not_written});
  if (!done) return;
  auto& known = on.of(side).said[id.value()];
  on.expect(id.sendable_by(side) && size <= known.written && !known.reset, "a reset promises what was not written");
  known.cut = true;
}

void partial_resets_standing(caller& on, role side) {
  auto const& end = on.at(side);
  on.expect(on.at(side).extension<reset_stream_at>().peer_listens() == end.peer_parameters().has_value(),
            "whether the peer takes RESET_STREAM_AT is not known with its parameters");
}

void ask_for_acks(caller& on, role side) {
  auto& chance = on.chance();
  auto const number = [&] { return chance.chance(0.2) ? chance.next() : chance.below(40); };
  ack_request const wish{number(), chance.chance(0.1) ? duration::max() : chance.between(-1ms, 60ms), number()};
  auto api = on.at(side).extension<ack_frequency>();
  bool const asked = api.ask(wish);
  on.expect(asked == (!on.is_over(side) && api.peer_listens()), "ack_frequency::ask is not what was promised");
}

void ack_standing(caller& on, role side) {
  auto const api = on.at(side).extension<ack_frequency>();
  on.expect(api.peer_listens() == on.at(side).peer_parameters().has_value(),
            "whether the peer takes wishes is unknown");
  on.expect(api.agreed().max_ack_delay >= duration::zero() && api.agreed().threshold <= varint_max,
            "something was agreed on that cannot be said");
  auto const& counts = api.statistics();
  on.expect(counts.requests_sent > 0 || api.agreed().threshold <= 1, "something was agreed on that was not asked");
}

void observed_address(caller& on, role side) {
  auto const& seen = on.at(side).extension<address_discovery>().observed();
  bool const agreed = on.made_from(side).extensions.address_discovery.request &&
                      on.made_from(peer_of(side)).extensions.address_discovery.provide;
  on.expect(!seen || agreed, "an address is told that nobody asked for");
  auto const& own = loose_ends::addresses(side);
  on.expect(!seen || std::find(own.begin(), own.end(), *seen) != own.end() || seen->ip[0] == 198,
            "an address is told that nobody has");
}

constexpr call calls[]{
    {"connection::extension datagram::send", 20, &send_copy},
    {"connection::extension datagram::send", 8, &send_lent},
    {"datagram::max_size datagram::takes_any datagram::statistics", 4, &datagram_standing},
    {"datagram::peek datagram::pop", 10, &read_datagram},
    {"reset_stream_at::reset", 8, &reset_at},
    {"reset_stream_at::peer_listens", 3, &partial_resets_standing},
    {"ack_frequency::ask", 4, &ask_for_acks},
    {"ack_frequency::peer_listens ack_frequency::agreed ack_frequency::statistics", 3, &ack_standing},
    {"address_discovery::observed", 3, &observed_address},
};

}  // namespace
}  // namespace of_extensions

std::span<call const> extension_calls() {
  return of_extensions::calls;
}

}  // namespace quoin::property
