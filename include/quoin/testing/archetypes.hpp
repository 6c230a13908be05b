// SPDX-License-Identifier: BSL-1.0
/// \file
/// One type for each slot of a stack that can do exactly what its concept says and nothing more. Code that compiles
/// with `archetype_stack` asks of policies only what the concepts promise. They do nothing useful; never run them.
#pragma once

#include <quoin/policy/stack.hpp>

#include <utility>

namespace quoin::archetype {

/// What makes an archetype, so that none has a default constructor unless its concept asks for one.
struct made {};

/// Can be moved, as a value that is handed over must be, and cannot be copied or made from nothing.
struct handed_over {
  explicit handed_over(made) noexcept {}
  handed_over(handed_over&&) noexcept = default;
  handed_over& operator=(handed_over&&) noexcept = default;
  handed_over(handed_over const&) = delete;
  handed_over& operator=(handed_over const&) = delete;
  ~handed_over() = default;
};

/// Cannot even be moved.
struct pinned {
  pinned() = default;
  pinned(pinned&&) = delete;
  pinned& operator=(pinned&&) = delete;
  ~pinned() = default;
};

struct clock : handed_over {
  using handed_over::handed_over;
  [[nodiscard]] instant now() const noexcept { return {}; }
};

struct entropy : handed_over {
  using handed_over::handed_over;
  void fill(byte_span) noexcept {}
  entropy fork() { return entropy{made{}}; }
};

/// The endpoint makes its format itself and gives copies of it to the connections.
struct cid_format {
  static constexpr std::size_t size = 4;
  connection_id make(cid_randomness) noexcept { return {}; }
};

class io : pinned {
 public:
  struct config {};
  explicit io(config const&) {}
  send_status send(outgoing const&) noexcept { return send_status::sent; }
  byte_span send_room() noexcept { return {}; }
  std::span<arrival> receive() noexcept { return {}; }
  void wait(duration) noexcept {}
  [[nodiscard]] socket_address local_address() const noexcept { return {}; }
};

class congestion : handed_over {
 public:
  explicit congestion(congestion_path const&) : handed_over(made{}) {}
  [[nodiscard]] byte_count window() const noexcept { return 2400; }
  void on_sent(congestion_sent const&) noexcept {}
  void on_acked(congestion_acked const&) noexcept {}
  void on_lost(congestion_lost const&) noexcept {}
  void on_marked(congestion_marked const&) noexcept {}
  void on_discarded(byte_count) noexcept {}
  void on_datagram_size(byte_count) noexcept {}
};

/// The same with every claim and its hooks.
class claiming_congestion : public congestion {
 public:
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features =
      feature_set{congestion_feature::pacing} | congestion_feature::packet_state |
      congestion_feature::application_limits | congestion_feature::send_quantum | congestion_feature::l4s_marks |
      congestion_feature::randomness;
  struct packet_state {};
  [[nodiscard]] byte_count pacing_rate() const noexcept { return 0; }
  void on_packet_sent(congestion_sent const&, packet_state&) noexcept {}
  void on_packet_acked(congestion_packet const&, packet_state const&) noexcept {}
  void on_packet_lost(congestion_packet const&, packet_state const&) noexcept {}
  void on_application_limited(byte_count) noexcept {}
  [[nodiscard]] byte_count send_quantum() const noexcept { return 2400; }
};

class scheduler : pinned {
 public:
  scheduler() = default;
  void activate(stream_id, stream_priority) noexcept(false) {}
  void deactivate(stream_id) noexcept {}
  [[nodiscard]] std::optional<stream_id> next() const noexcept { return {}; }
  void sent(stream_id, byte_count) noexcept {}
  void prioritize(stream_id, stream_priority) noexcept(false) {}
};

struct observer : handed_over {
  using handed_over::handed_over;
  static constexpr bool enabled = true;
  void on(event::connection_started const&) noexcept(false) {}
  void on(event::packet_sent const&) noexcept(false) {}
  void on(event::packet_received const&) noexcept(false) {}
  void on(event::packet_dropped const&) noexcept(false) {}
  void on(event::packet_lost const&) noexcept(false) {}
  void on(event::metrics_updated const&) noexcept(false) {}
  void on(event::key_updated const&) noexcept(false) {}
  void on(event::parameters_set const&) noexcept(false) {}
  void on(event::path_updated const&) noexcept(false) {}
  void on(event::mtu_updated const&) noexcept(false) {}
  void on(event::connection_closed const&) noexcept(false) {}
};

struct packet_key : handed_over {
  packet_key(cipher_suite, byte_view, byte_view) : handed_over(made{}) {}
  void seal(std::span<packet_in_place>) noexcept {}
  void open(std::span<packet_in_place>) noexcept {}
};

struct header_key : handed_over {
  header_key(cipher_suite, byte_view) : handed_over(made{}) {}
  void masks(std::span<header_sample const>, std::span<header_mask>) noexcept {}
};

struct kdf {
  kdf() = delete;
  static void extract(hash_algorithm, byte_view, byte_view, byte_span) noexcept {}
  static void expand(hash_algorithm, byte_view, byte_view, byte_span) noexcept {}
};

class handshake : pinned {
 public:
  struct config : pinned {};
  handshake(std::shared_ptr<config const>, handshake_start const&) {}
  result<> begin() noexcept(false) { return {}; }
  result<> receive(encryption_level, byte_view) noexcept(false) { return {}; }
  std::optional<handshake_output> next() noexcept(false) { return {}; }
  [[nodiscard]] std::string_view alpn() const noexcept { return {}; }
};

/// The same with the claim `resumption` and its hooks.
class resuming_handshake : public handshake {
 public:
  using handshake::handshake;
  static constexpr feature_set<handshake_feature> features{handshake_feature::resumption};
  void set_time(wall_time) noexcept {}
  [[nodiscard]] bool resumed() const noexcept { return false; }
  static bool offers(config const&, std::string_view) noexcept(false) { return false; }
  static bool takes_early_data(config const&) noexcept { return false; }
  static std::optional<session_facts> facts_of(byte_view) noexcept(false) { return {}; }
};

struct crypto {
  struct protection {
    using packet_key = archetype::packet_key;
    using header_key = archetype::header_key;
    using kdf = archetype::kdf;
  };
  using handshake = archetype::handshake;
};

struct resuming_crypto : crypto {
  using handshake = archetype::resuming_handshake;
};

}  // namespace quoin::archetype

namespace quoin {

/// The stack that asks for nothing beyond the contract. Instantiate with it; do not run it.
struct archetype_stack {
  using io = archetype::io;
  using clock = archetype::clock;
  using crypto = archetype::crypto;
  using congestion = archetype::congestion;
  using scheduler = archetype::scheduler;
  using observer = archetype::observer;
  using entropy = archetype::entropy;
  using cid_format = archetype::cid_format;
  static constexpr stack_options options{};
};

/// The same where sessions can be resumed and the controller wants to be told and asked everything.
struct claiming_archetype_stack : archetype_stack {
  using crypto = archetype::resuming_crypto;
  using congestion = archetype::claiming_congestion;
};

static_assert(stack_config<archetype_stack> && stack_config<claiming_archetype_stack>);
static_assert(!std::copy_constructible<archetype::clock> && !std::default_initializable<archetype::clock>);
static_assert(!std::copy_constructible<archetype::entropy> && !std::default_initializable<archetype::entropy>);
static_assert(!std::copy_constructible<archetype::observer> && !std::default_initializable<archetype::observer>);
static_assert(!std::copy_constructible<archetype::congestion>);
static_assert(!std::move_constructible<archetype::io>);
static_assert(!std::move_constructible<archetype::scheduler> && !std::move_constructible<archetype::handshake>);

}  // namespace quoin
