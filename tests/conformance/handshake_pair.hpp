// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's and a server's handshake engine joined in memory, with every output recorded and a place to tamper.
#pragma once

#include "../tested_version.hpp"

#include <quoin/crypto/tls_messages.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace quoin::testing {

using byte_vector = std::vector<std::uint8_t>;

/// A `handshake_output` that owns its bytes.
struct recorded_output {
  handshake_output::kind what;
  encryption_level level;
  key_direction direction;
  cipher_suite suite;
  byte_vector bytes;
};

/// One engine and all that it has said.
template <tls_handshake H>
class party {
 public:
  party(std::shared_ptr<typename H::config const> config, handshake_start const& start, wall_time now)
      : engine(std::move(config), start), self_(start.self) {
    if constexpr (resumes<H>) engine.set_time(now);
  }

  result<> begin() { return note(engine.begin()); }
  result<> receive(encryption_level level, byte_view bytes) { return note(engine.receive(level, bytes)); }
  result<> resume() requires suspends<H> { return note(engine.resume()); }

  [[nodiscard]] role self() const { return self_; }
  [[nodiscard]] std::optional<std::size_t> find(handshake_output::kind what) const {
    for (std::size_t i = 0; i < said.size(); ++i)
      if (said[i].what == what) return i;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<std::size_t> find_secret(encryption_level level, key_direction direction) const {
    for (std::size_t i = 0; i < said.size(); ++i)
      if (said[i].what == handshake_output::kind::secret && said[i].level == level && said[i].direction == direction)
        return i;
    return std::nullopt;
  }
  [[nodiscard]] byte_vector secret(encryption_level level, key_direction direction) const {
    auto const at = find_secret(level, direction);
    return at ? said[*at].bytes : byte_vector{};
  }
  [[nodiscard]] bool complete() const { return find(handshake_output::kind::complete).has_value(); }
  [[nodiscard]] byte_vector peer_parameters() const {
    auto const at = find(handshake_output::kind::peer_parameters);
    return at ? said[*at].bytes : byte_vector{};
  }
  /// All that it sent at one level.
  [[nodiscard]] byte_vector sent(encryption_level level) const {
    byte_vector all;
    for (auto const& output : said)
      if (output.what == handshake_output::kind::send && output.level == level)
        all.insert(all.end(), output.bytes.begin(), output.bytes.end());
    return all;
  }

  H engine;
  std::vector<recorded_output> said;
  std::size_t delivered = 0;
  std::optional<transport_error> error;

 private:
  result<> note(result<> outcome) {
    while (auto const output = engine.next())
      said.push_back({output->what,
                      output->level,
                      output->direction,
                      output->suite,
                      {output->bytes.begin(), output->bytes.end()}});
    if (!outcome) error = outcome.error();
    return outcome;
  }

  role self_;
};

/// What a handshake begins with, beside its configurations.
struct pair_options {
  std::string name = "localhost";
  byte_vector session{};  ///< the client's, to resume
  bool early_data = false;
  version spoken = tested_version();
  wall_time now{};
  byte_vector client_parameters{1, 2, 3, 4};
  byte_vector server_parameters{5, 6, 7};
  std::function<void(byte_view theirs, byte_vector& ours, version& spoken)> answer{};  ///< the server's
};

/// Client and server. `run` carries messages until nothing moves or somebody has failed.
template <tls_handshake H>
class handshake_pair {
 public:
  using config = std::shared_ptr<typename H::config const>;

  handshake_pair(config client_config, config server_config, std::string name = "localhost")
      : handshake_pair(std::move(client_config), std::move(server_config), named(std::move(name))) {}
  handshake_pair(config client_config, config server_config, pair_options const& from)
      : client(std::move(client_config),
               handshake_start{role::client, from.name, from.client_parameters, from.spoken, from.session,
                               from.early_data},
               from.now),
        answer_(from.answer),
        server(std::move(server_config),
               handshake_start{role::server, {}, from.server_parameters, from.spoken, {}, false, hook(answer_)},
               from.now) {}

  /// Sees each output that is sent before it is delivered, and may change it.
  std::function<void(role from, encryption_level level, byte_vector& bytes)> tamper;
  std::size_t chunk = ~std::size_t{0};  ///< bytes given to an engine at a time

  void run() {
    if (begin()) settle();
  }

  bool begin() { return client.begin() && server.begin(); }
  void settle() {
    while (carry(client, server) || carry(server, client)) {
    }
  }

  [[nodiscard]] bool succeeded() const { return client.complete() && server.complete() && !failed(); }
  [[nodiscard]] bool failed() const { return client.error || server.error; }
  /// The code with which the handshake failed, 0 when it did not.
  [[nodiscard]] std::uint64_t code() const {
    auto const& error = client.error ? client.error : server.error;
    return error ? static_cast<std::uint64_t>(error->code) : 0;
  }

  party<H> client;

 private:
  using answer = std::function<void(byte_view, byte_vector&, version&)>;
  static void call(answer& made, byte_view theirs, byte_vector& ours, version& spoken) { made(theirs, ours, spoken); }
  static parameter_answer hook(answer& made) {
    return made ? parameter_answer::template to<&call>(made) : parameter_answer{};
  }
  answer answer_;

 public:
  party<H> server;

 private:
  static pair_options named(std::string name) {
    pair_options options;
    options.name = std::move(name);
    return options;
  }

  bool carry(party<H>& from, party<H>& to) {
    auto moved = false;
    while (from.delivered < from.said.size() && !failed()) {
      auto const output = from.said[from.delivered++];
      if (output.what != handshake_output::kind::send) continue;
      auto bytes = output.bytes;
      if (tamper) tamper(from.self(), output.level, bytes);
      deliver(to, output.level, bytes);
      moved = true;
    }
    return moved;
  }

  void deliver(party<H>& to, encryption_level level, byte_view bytes) {
    while (!bytes.empty()) {
      auto const part = bytes.first(std::min(chunk, bytes.size()));
      if (!to.receive(level, part)) return;
      bytes = bytes.subspan(part.size());
    }
  }
};

/// A handshake message with its header.
inline byte_vector make_message(std::uint8_t type, byte_vector const& body) {
  byte_vector whole{type, static_cast<std::uint8_t>(body.size() >> 16), static_cast<std::uint8_t>(body.size() >> 8),
                    static_cast<std::uint8_t>(body.size())};
  whole.insert(whole.end(), body.begin(), body.end());
  return whole;
}

constexpr std::uint64_t tls_code(tls::alert alert) {
  return 0x100 + static_cast<std::uint64_t>(alert);
}

}  // namespace quoin::testing
