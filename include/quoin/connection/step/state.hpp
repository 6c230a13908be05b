// SPDX-License-Identifier: BSL-1.0
/// \file
/// Everything that one connection remembers, as a plain aggregate of its components. What happens to it stands in the
/// other headers of this folder, one procedure each.
#pragma once

#include <quoin/ack/received_packets.hpp>
#include <quoin/base/callback.hpp>
#include <quoin/base/ring.hpp>
#include <quoin/base/static_vector.hpp>
#include <quoin/cid/local_ids.hpp>
#include <quoin/cid/peer_ids.hpp>
#include <quoin/connection/early_data.hpp>
#include <quoin/connection/event.hpp>
#include <quoin/connection/extension_states.hpp>
#include <quoin/connection/path_spaces.hpp>
#include <quoin/connection/settings.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/core/nuisance_budget.hpp>
#include <quoin/handshake/crypto_stream.hpp>
#include <quoin/handshake/reset_token.hpp>
#include <quoin/keys/level_keys.hpp>
#include <quoin/keys/one_rtt_keys.hpp>
#include <quoin/path/path_responses.hpp>
#include <quoin/path/path_table.hpp>
#include <quoin/policy/stack.hpp>
#include <quoin/recovery/recovery.hpp>
#include <quoin/stream/streams.hpp>
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quoin {

/// Extensions that change the parts of a connection, where they are listed; others are named in path_spaces.hpp.
struct reset_stream_at;

/// What a connection is made from. The endpoint fills it in; whoever embeds a connection does it by hand.
template <class Stack>
struct connection_start {
  role self = role::client;
  network_path path;
  transport_settings settings;
  std::shared_ptr<typename Stack::crypto::handshake::config const> crypto;
  std::string server_name;                ///< client: whom to ask for and to verify
  std::vector<std::uint8_t> token;        ///< client: an address token from an earlier connection (RFC 9000 8.1.3)
  std::optional<client_session> session;  ///< client: a session to resume (RFC 9001 4.5)
  bool early_data = false;                ///< client: offer early data with it, if it allows that
  duration wall_offset{0};  ///< what the calendar shows at the zero of `instant`, since 1970; stamps sessions
  quoin::version version = quoin::version::v1;
  connection_id original_destination;             ///< server: from the client's first Initial, before any Retry
  std::optional<connection_id> retry_source;      ///< server: the ID that our Retry gave, if one was sent
  connection_id first_destination;                ///< server: the Destination Connection ID of the Initial at hand
  connection_id peer_source;                      ///< server: its Source Connection ID
  bool address_validated = false;                 ///< server: the Initial carried a good token (RFC 9000 8.1)
  std::array<std::uint8_t, 32> reset_secret{};    ///< the static key of RFC 9000 10.3.2
  preferred_addresses preferred;                  ///< server: where it would rather be talked to (RFC 9000 9.6)
  bool report_connection_ids = false;             ///< keep a list of IDs issued and retired for a demultiplexer
  callback<bool(connection_id const&)> is_taken;  ///< whether an ID leads to another connection already
  shared_signal resumable;                        ///< called, by any thread, when `connection::resume` has work
  [[no_unique_address]] extension_settings_of<Stack> extensions;
  [[no_unique_address]] typename Stack::cid_format cid_format{};  ///< makes our connection IDs
};

/// Stands where a handshake never suspends.
struct never_resumable {
  explicit never_resumable(shared_signal const&) noexcept {}
};

/// Where a connection is in its life (RFC 9000 10.2).
enum class life_phase : std::uint8_t {
  open,
  closing,   ///< we said goodbye, and say it again to who did not hear (RFC 9000 10.2.1)
  draining,  ///< the peer did: silence (RFC 9000 10.2.2)
  gone,      ///< nothing is left to do
};

/// An ID began or ceased to lead to this connection.
struct connection_id_change {
  connection_id id;
  bool added = false;
};

/// A packet whose keys were not there yet (RFC 9001 5.7).
struct held_packet {
  std::vector<std::uint8_t> bytes;
  ecn mark = ecn::not_ect;
};

template <class Stack>
struct connection_state {
  using crypto = typename Stack::crypto;
  using protection = typename crypto::protection;
  using handshake = typename crypto::handshake;
  using congestion = typename Stack::congestion;
  using told = connection_event;
  using stream_resets = std::conditional_t<lists_extension<Stack, reset_stream_at>, partial_resets, no_partial_resets>;
  using streams_type = quoin::streams<typename Stack::scheduler, stream_resets>;
  using space_received = basic_received_packets<lists_extension<Stack, ack_frequency>>;

  connection_state(connection_start<Stack> start_values, instant now, typename Stack::entropy entropy_source,
                   typename Stack::observer observer_policy)
      : self(start_values.self),
        settings(std::move(start_values.settings)),
        version(start_values.version),
        original_version(start_values.version),
        paths(start_values.path),
        entropy(std::move(entropy_source)),
        observer(std::move(observer_policy)),
        cid_format(std::move(start_values.cid_format)),
        crypto_config(std::move(start_values.crypto)),
        server_name(std::move(start_values.server_name)),
        token(std::move(start_values.token)),
        reset_secret(start_values.reset_secret),
        report_connection_ids(start_values.report_connection_ids),
        is_taken(start_values.is_taken),
        resumable(std::move(start_values.resumable)),
        wall_offset(start_values.wall_offset),
        original_destination(start_values.original_destination),
        retry_source(start_values.retry_source),
        first_local_id(make_local_id()),
        local_ids(first_local_id),
        peer_ids(self),
        initial_keys(settings.key_limits),
        handshake_keys(settings.key_limits),
        application_keys(settings.key_limits),
        recovery(self, fresh_path()),
        streams(stream_settings_of(self, settings)),
        extensions(start_values.extensions),
        started(now),
        last_activity(now),
        last_call(now) {
    events.reserve(16);  // so that the end of a connection without memory can still be told
    if constexpr (resumes<handshake>) {
      early.session = std::move(start_values.session);
      early.wanted = start_values.early_data;
    }
  }

  // ---- who and where
  role self;
  transport_settings settings;
  quoin::version version;           ///< of what is sent and, but for Initial packets, of what is read
  quoin::version original_version;  ///< of the client's first flight (RFC 9369 4.1)
  path_table paths;
  nuisance_budget nuisances{settings.nuisance_burst, settings.nuisance_rate};
  [[no_unique_address]] typename Stack::entropy entropy;
  [[no_unique_address]] typename Stack::observer observer;
  [[no_unique_address]] typename Stack::cid_format cid_format;
  std::shared_ptr<typename handshake::config const> crypto_config;
  std::string server_name;
  std::vector<std::uint8_t> token;
  std::vector<std::uint8_t> new_token;  ///< server: what NEW_TOKEN carries
  std::array<std::uint8_t, 32> reset_secret;
  bool report_connection_ids;
  callback<bool(connection_id const&)> is_taken;
  [[no_unique_address]] std::conditional_t<suspends<handshake>, shared_signal, never_resumable> resumable;
  duration wall_offset;

  // ---- connection IDs
  connection_id original_destination;         ///< of the client's first Initial (RFC 9000 7.3)
  std::optional<connection_id> retry_source;  ///< from a Retry, followed or sent
  std::optional<connection_id> peer_initial_source;
  connection_id first_local_id;  ///< our Source Connection ID in the handshake
  local_connection_ids local_ids;
  peer_connection_ids peer_ids;
  ring<connection_id_change> id_changes;

  // ---- handshake and keys
  std::unique_ptr<handshake> tls;
  level_keys<protection> initial_keys;
  std::unique_ptr<level_keys<protection>> left_initial_keys;  ///< server: of `original_version`, once it has left that
  [[no_unique_address]] early_data_state<crypto> early;
  level_keys<protection> handshake_keys;
  one_rtt_keys<protection, key_phases_of<Stack>> application_keys;
  std::uint64_t forged_packets = 0;  ///< that did not authenticate, under whatever keys (RFC 9001 6.6)
  bool initial_discarded = false;
  bool handshake_discarded = false;
  std::array<crypto_stream, packet_space_count> crypto_streams;
  wire::transport_parameters local_parameters;
  std::optional<wire::transport_parameters> peer_parameters;
  bool handshake_complete = false;
  bool handshake_confirmed = false;
  bool handshake_done_pending = false;  ///< server: HANDSHAKE_DONE is to be sent (RFC 9000 19.20)
  bool new_token_pending = false;
  bool retry_followed = false;
  unsigned early_flights = 0;          ///< how often handshake data were repeated before a timer asked for it
  unsigned flight_requests = 0;        ///< server: how often the rest of the client's flight was asked for
  bool version_negotiated = false;     ///< client: a Version Negotiation packet has been acted on
  bool version_settled = false;        ///< client: the server's choice is known (RFC 9369 4.1)
  bool peer_packet_processed = false;  ///< something authentic has arrived
  static_vector<held_packet, limits::undecryptable_packets> held;
  byte_count held_bytes = 0;
  std::vector<std::uint8_t> received_token;  ///< client: the newest NEW_TOKEN, for the endpoint to keep

  // ---- packets
  std::array<space_received, packet_space_count> received{space_received{false}, space_received{false},
                                                          space_received{true}};
  quoin::recovery<congestion> recovery;
  std::uint64_t numbers_until_skip = 0;  ///< RFC 9000 21.4: a number that is never sent exposes blind ACKs
  bool clears_quic_bit = false;          ///< the peer lets us, so half of our packets do (RFC 9287 3.1)
  std::uint64_t quic_bits = 0;           ///< random bits for that, below a 1 that says how many are left
  bool ping_pending = false;
  send_status last_send = send_status::sent;      ///< what became of the newest datagrams
  path_id told_path = 0;                          ///< that the application knows of
  packet_number largest_non_probing = no_packet;  ///< received; what the peer moves with (RFC 9000 9.3)
  quoin::path_responses path_responses;

  // ---- streams and the application
  streams_type streams;
  ring<connection_event> events;
  void* context = nullptr;
  [[no_unique_address]] extension_states_of<Stack> extensions;

  [[no_unique_address]] path_spaces_of<Stack> path_spaces;

  // ---- time
  instant started;
  instant last_activity;  ///< what the idle timeout runs from (RFC 9000 10.1)
  instant last_call;      ///< when somebody last said what time it is
  bool eliciting_since_activity = false;
  duration idle_timeout{0};  ///< negotiated; 0 until known or when there is none
  instant pacing_deadline = never;
  instant kept_alive_at{};                       ///< when silence last caused a PING (RFC 9000 10.1.2)
  instant idle_deferred_until = instant::min();  ///< the application's wish

  // ---- the end
  life_phase phase = life_phase::open;
  std::optional<close_info> closed_by;
  instant closing_until = never;
  bool close_pending = false;  ///< a CONNECTION_CLOSE is to be sent
  bool close_sent = false;     ///< the CONNECTION_CLOSE has gone out once; from now on it is repeated
  bool out_of_memory = false;  ///< in the middle of something: nothing but the end of the connection can be relied on
  byte_count received_while_closing = 0;
  byte_count repeated_while_closing = 0;
  std::uint64_t packets_since_close = 0;
  std::uint64_t next_close_reply = 1;  ///< answer the 1st, 2nd, 4th, 8th ... packet (RFC 9000 10.2.1)

  connection_statistics counts;

  /// Tells the observer; costs nothing when it does not listen. `make` builds the event.
  template <class Make>
  void tell(Make&& make) {
    if constexpr (Stack::observer::enabled) observer.on(make());
  }

  /// A call of the application's; `connection_closed` when memory runs out in it, or did before.
  template <class Call>
  auto unless_broken(Call&& call) -> decltype(call());

  /// The same for what the peer would have to hear of: there is nobody to tell once the end has begun.
  template <class Call>
  auto unless_over(Call&& call) -> decltype(call());

  /// Shows what each path has received in the application's packet number space, what it has sent there, and whether it
  /// carries data, all paths that are kept.
  template <class Visit>
  void for_each_path(Visit&& visit) {
    auto& received_here = received_in(packet_space::application);
    if constexpr (speaks_multipath<Stack>) {
      for (auto& each : path_spaces.entries()) {
        bool const open = each.standing == path_standing::open;
        each.kept ? visit(each.kept->received, each.kept->recovery, open) : visit(received_here, recovery, open);
      }
    } else {
      visit(received_here, recovery, true);
    }
  }

  /// Whether the application may still use it.
  [[nodiscard]] bool usable() const noexcept { return phase == life_phase::open; }

  /// The UDP payload that the path in use carries.
  [[nodiscard]] std::size_t datagram_size() const noexcept { return paths.active().datagram_size(); }

  /// Bytes of frames that the next 1-RTT packet has room for, whatever its number and its path.
  [[nodiscard]] std::size_t largest_payload() const noexcept {
    constexpr std::size_t longest_number = 4;
    auto room = datagram_size() - peer_ids.current().size();
    if constexpr (speaks_multipath<Stack>) room = path_spaces.least_room(room);
    return room - (1 + longest_number + aead_tag_size);
  }

  /// What a controller is made from for a path of which nothing is known.
  congestion_path fresh_path() {
    congestion_path first;
    first.max_datagram_size = limits::initial_datagram;
    if constexpr (claims<congestion, congestion_feature::randomness>) first.seed = random_number();
    return first;
  }

  /// An ID that leads nowhere yet; with short ones it may take several attempts (RFC 9000 5.1).
  connection_id make_local_id() {
    std::array<std::uint8_t, connection_id::max_size> randomness{};
    for (unsigned attempt = 0;; ++attempt) {
      entropy.fill(randomness);
      auto const id = cid_format.make(randomness);
      if (!is_taken || attempt == limits::id_attempts || !is_taken(id)) return id;
    }
  }

  std::uint64_t random_number() {
    std::uint64_t value = 0;
    entropy.fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
    return value;
  }

  /// Whether received packets must have the QUIC bit: not if we have let the peer clear it (RFC 9287 3).
  [[nodiscard]] wire::fixed_bit_rule quic_bit_rule() const {
    return settings.grease_quic_bit ? wire::fixed_bit_rule::may_be_anything : wire::fixed_bit_rule::must_be_set;
  }

  /// The QUIC bit of the next packet.
  bool next_quic_bit() {
    if (!clears_quic_bit) return true;
    if (quic_bits <= 1) quic_bits = random_number() | std::uint64_t{1} << 63;
    bool const bit = (quic_bits & 1) != 0;
    quic_bits >>= 1;
    return bit;
  }

  /// The token that a stateless reset for `id` would carry (RFC 9000 10.3.2).
  stateless_reset_token reset_token_of(connection_id const& id) const {
    return make_reset_token<protection>(reset_secret, id);
  }

  space_received& received_in(packet_space space) { return received[index_of(space)]; }
  crypto_stream& crypto_of(packet_space space) { return crypto_streams[index_of(space)]; }

 private:
  static stream_settings stream_settings_of(role self, transport_settings const& settings) {
    stream_settings values;
    values.self = self;
    values.connection_window = settings.connection_window;
    values.max_connection_window = settings.max_connection_window;
    values.stream_window = settings.stream_window;
    values.max_stream_window = settings.max_stream_window;
    values.bidi_streams = settings.bidi_streams;
    values.uni_streams = settings.uni_streams;
    values.send_buffer = settings.send_buffer;
    return values;
  }
};

}  // namespace quoin
