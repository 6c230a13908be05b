// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a connection costs without sockets: two ends in one thread hand each other their batches in memory. Bytes a
/// second are those of both ends' work together; `allocations_per_packet` counts 1-RTT packets in steady state.
#include <quoin/connection/connection.hpp>
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/botan/crypto.hpp>
#include <quoin/stacks/default.hpp>
#include <quoin/stacks/test.hpp>

#include <counting_new.hpp>

#include <benchmark/benchmark.h>

#include <stdexcept>
#include <vector>

namespace {

using namespace quoin;
using namespace std::chrono_literals;

struct null_stack : default_stack {
  using crypto = null_crypto;
};
struct botan_stack : default_stack {
  using crypto = botan_crypto;
};

template <class Stack>
using config_of = std::shared_ptr<typename Stack::crypto::handshake::config const>;

/// The TLS configuration of one side.
template <class Stack>
config_of<Stack> make_config(role self) {
  if constexpr (std::is_same_v<typename Stack::crypto::handshake, null_handshake>) {
    auto config = std::make_shared<null_handshake::config>();
    config->alpn = {"bench"};
    return config;
  } else {
    static auto const certificate = make_self_signed_certificate({"localhost"});
    botan_settings settings;
    settings.alpn = {"bench"};
    settings.system_trust = false;
    if (self == role::server) {
      settings.certificate_chain_pem = certificate->certificate_pem;
      settings.private_key_pem = certificate->private_key_pem;
    } else {
      settings.ca_pem = certificate->certificate_pem;
    }
    auto const config = make_botan_config(settings);
    if (!config) throw std::runtime_error(config.error());
    return *config;
  }
}

/// Takes everything where it lies.
struct counting_sink {
  static constexpr bool takes_stream_data = true;
  std::size_t on_stream_data(stream_id, byte_view bytes, bool) noexcept {
    received += bytes.size();
    return bytes.size();
  }
  byte_count received = 0;
};

template <class Stack>
class pair_of_ends {
 public:
  pair_of_ends(config_of<Stack> const& for_client, config_of<Stack> const& for_server, std::size_t datagram_size)
      : client_(start_of(for_client, datagram_size), now_) {
    auto const first = client_.transmit(room_, now_);
    auto const initial = first ? wire::read_long_header(first->bytes) : std::nullopt;
    if (!initial) throw std::runtime_error("no Initial packet");
    auto start = start_of(for_server, datagram_size);
    start.self = role::server;
    start.original_destination = start.first_destination = initial->destination;
    start.peer_source = initial->source;
    start.address_validated = true;
    server_.emplace(std::move(start), now_);
    hand_over(*first, *server_, from_client_);
  }

  /// Until both know that the handshake is through.
  void shake_hands() {
    for (int turns = 0; !client_.confirmed(); ++turns) {
      if (turns > 100 || client_.closing() || server_->closing()) throw std::runtime_error("no handshake");
      turn();
    }
  }

  /// Both sides send what they may, and what they waited for comes true.
  void turn() {
    now_ += 50us;
    carry(*server_, client_, from_server_);
    carry(client_, *server_, from_client_);
    drop_events(client_);
    drop_events(*server_);
    if (server_->deadline() <= now_) server_->expire(now_);
    if (client_.deadline() <= now_) client_.expire(now_);
  }

  /// The server sends on a stream of its own until as many bytes have arrived.
  void download(byte_count bytes) {
    static std::vector<std::uint8_t> const zeros(1 << 20);
    if (!stream_) stream_ = *server_->open(stream_direction::unidirectional);
    for (auto const until = from_server_.received + bytes; from_server_.received < until;) {
      while (server_->unsent(*stream_) < zeros.size())
        static_cast<void>(server_->write(*stream_, send_slice{zeros, nullptr}));
      turn();
    }
  }

  [[nodiscard]] std::uint64_t packets() const { return server_->statistics().packets_sent; }

 private:
  using end = connection<Stack>;

  static connection_start<Stack> start_of(config_of<Stack> const& config, std::size_t datagram_size) {
    connection_start<Stack> start;
    start.path = {socket_address::v4(127, 0, 0, 1, 1), socket_address::v4(127, 0, 0, 1, 2)};
    start.crypto = config;
    start.server_name = "localhost";
    start.settings.datagram_size = datagram_size;
    start.settings.discover_mtu = false;  // packets as large as the name says
    start.settings.connection_window = start.settings.max_connection_window;
    start.settings.stream_window = start.settings.max_stream_window;
    return start;
  }

  void hand_over(outgoing const& batch, end& to, counting_sink& sink) {
    to.receive(arrival{batch.path, byte_span{room_}.first(batch.bytes.size()), batch.segment_size, batch.mark}, now_,
               sink);
  }

  void carry(end& from, end& to, counting_sink& sink) {
    while (auto const batch = from.transmit(room_, now_)) hand_over(*batch, to, sink);
  }

  static void drop_events(end& of) {
    while (of.next_event()) {
    }
  }

  instant now_{1h};
  std::vector<std::uint8_t> room_ = std::vector<std::uint8_t>(1 << 16);
  end client_;
  std::optional<end> server_;
  counting_sink from_server_;
  counting_sink from_client_;
  std::optional<stream_id> stream_;
};

template <class Stack>
void transfer(benchmark::State& state) {
  constexpr byte_count step = 10'000'000;
  pair_of_ends<Stack> ends{make_config<Stack>(role::client), make_config<Stack>(role::server),
                           static_cast<std::size_t>(state.range(0))};
  ends.shake_hands();
  ends.download(20 * step);
  auto const packets_before = ends.packets();
  auto const allocations_before = testing::heap_allocations();
  for (auto _ : state) ends.download(step);
  auto const allocations = static_cast<double>(testing::heap_allocations() - allocations_before);
  auto const packets = static_cast<double>(ends.packets() - packets_before);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(step));
  state.counters["packets"] = benchmark::Counter(packets, benchmark::Counter::kIsRate);
  state.counters["allocations_per_packet"] = allocations / packets;
}

/// A full handshake, both ends' work.
template <class Stack>
void handshake(benchmark::State& state) {
  auto const for_client = make_config<Stack>(role::client);
  auto const for_server = make_config<Stack>(role::server);
  auto const allocations_before = testing::heap_allocations();
  for (auto _ : state) {
    pair_of_ends<Stack> ends{for_client, for_server, 1200};
    ends.shake_hands();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(testing::heap_allocations() - allocations_before), benchmark::Counter::kAvgIterations);
}

}  // namespace

BENCHMARK_TEMPLATE(transfer, null_stack)->Name("transfer/null")->Arg(1200)->Iterations(11)->Unit(benchmark::kMillisecond);
