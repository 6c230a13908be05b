// SPDX-License-Identifier: BSL-1.0
// What an extension is, and that one that is not listed takes no byte and knows no frame.
#include <quoin/connection/step/state.hpp>
#include <quoin/extension/ack_frequency.hpp>
#include <quoin/extension/address_discovery.hpp>
#include <quoin/extension/datagram.hpp>
#include <quoin/extension/reset_stream_at.hpp>
#include <quoin/stacks/test.hpp>

namespace {

using namespace quoin;

static_assert(protocol_extension<datagram> && protocol_extension<ack_frequency> &&
              protocol_extension<reset_stream_at> && protocol_extension<address_discovery>);
static_assert(!protocol_extension<int>);
static_assert(!protocol_extension<datagram_state>);

/// An extension that does nothing at all.
struct inert {
  static constexpr std::string_view name = "inert";
  using frames = wire::frame_list<>;
  struct settings {};
  struct state : extension_hooks {
    explicit state(settings const&) {}
  };
  template <class State>
  struct api {
    explicit api(State&) {}
  };
};
static_assert(protocol_extension<inert>);

struct none : test_stack {
  using extensions = quoin::extensions<>;
};
struct with_inert : test_stack {
  using extensions = quoin::extensions<inert>;
};
struct with_datagram : test_stack {
  using extensions = quoin::extensions<datagram>;
};
struct silent {};

// A scheduler of paths is asked for only where there may be several.
static_assert(path_scheduler<path_schedule::min_rtt> && path_scheduler<path_schedule::round_robin> &&
              path_scheduler<path_schedule::redundant>);
static_assert(!path_scheduler<round_robin> && !path_scheduler<int>);
static_assert(speaks_multipath<test_stack> && !speaks_multipath<none> && !copies_packets<none>());

// A stack that names no list has the empty one.
static_assert(std::is_same_v<extensions_of<silent>, extensions<>>);
static_assert(stack_config<none> && sizeof(check_stack<none>) != 0);
static_assert(stack_config<with_datagram> && sizeof(check_stack<with_datagram>) != 0);
static_assert(lists_extension<with_datagram, datagram>);
static_assert(!lists_extension<none, datagram> && !lists_extension<with_inert, datagram>);

// Nothing is remembered, nothing can be said and nothing is known of what is not listed.
static_assert(std::is_empty_v<extension_states_of<none>> && std::is_empty_v<extension_settings_of<none>>);
static_assert(std::is_same_v<extension_states_of<none>::frames, wire::frame_list<>>);
static_assert(std::is_same_v<extension_states_of<with_datagram>::frames, wire::frame_list<wire::datagram_frame>>);

// Not a byte for the place itself, and exactly the state of what is listed.
static_assert(sizeof(connection_state<with_inert>) == sizeof(connection_state<none>));
static_assert(sizeof(connection_start<with_inert>) == sizeof(connection_start<none>));
static_assert(sizeof(received_packets) < sizeof(basic_received_packets<true>));
static_assert(std::is_same_v<connection_state<none>::space_received, received_packets>);
static_assert(sizeof(streams<round_robin>) < sizeof(streams<round_robin, partial_resets>));
static_assert(std::is_same_v<connection_state<none>::streams_type, streams<round_robin>>);
static_assert(std::is_empty_v<path_spaces_of<none>>);
static_assert(sizeof(one_rtt_keys<null_protection>) < sizeof(one_rtt_keys<null_protection, multipath_phases>));
static_assert(std::is_same_v<decltype(connection_state<none>::application_keys), one_rtt_keys<null_protection>>);
static_assert(sizeof(connection_state<with_datagram>) == sizeof(connection_state<none>) + sizeof(datagram_state));

}  // namespace
