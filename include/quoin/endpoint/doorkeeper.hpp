// SPDX-License-Identifier: BSL-1.0
/// \file
/// What becomes of datagrams that belong to no connection (RFC 9000 5.2.2, 8.1).
#pragma once

#include <quoin/connection/step/state.hpp>
#include <quoin/endpoint/config.hpp>
#include <quoin/endpoint/reply_limiter.hpp>
#include <quoin/endpoint/stateless.hpp>
#include <quoin/endpoint/token_mint.hpp>
#include <quoin/endpoint/used_tokens.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace quoin {

/// Either a datagram to send back, or what a new connection starts from, or neither.
template <class Stack>
struct verdict {
  byte_view answer;  ///< valid until the doorkeeper is asked again
  std::optional<connection_start<Stack>> admitted;
  byte_view proof;  ///< the token by which the admitted has proven its address, to be used up
};

/// How full the house is.
struct crowd {
  std::size_t connections = 0;
  std::size_t unvalidated = 0;
  bool closing = false;  ///< nobody is let in any more
};

/// What became of strangers' datagrams so far.
struct stranger_counts {
  std::uint64_t admitted = 0;       ///< let in as connections; those that do not authenticate are put out again
  std::uint64_t retried = 0;        ///< sent a Retry
  std::uint64_t refused = 0;        ///< told CONNECTION_REFUSED: the house is full, or closing
  std::uint64_t bad_tokens = 0;     ///< told INVALID_TOKEN
  std::uint64_t told_versions = 0;  ///< sent a Version Negotiation packet
  std::uint64_t resets = 0;         ///< sent a stateless reset
  std::uint64_t ignored = 0;        ///< not answered
};

/// When it is, for timers and for what is dated.
struct moment {
  instant now;
  wall_time wall;
};

/// Answers strangers without remembering them, and decides who is let in.
template <class Stack>
class doorkeeper {
  using protection = typename Stack::crypto::protection;

 public:
  /// `config.secret` must not be all zero any more; `config` must outlive the doorkeeper.
  doorkeeper(endpoint_config<Stack> const& config, typename Stack::entropy entropy)
      : config_(config),
        entropy_(std::move(entropy)),
        cid_format_(make_cid_format<typename Stack::cid_format>(config.cid)),
        limiter_(random_hash_key(entropy_)),
        used_tokens_(config.used_tokens ? config.used_tokens
                                        : std::make_shared<used_tokens>(random_hash_key(entropy_))),
        reset_secret_(derived_secret("quoin reset key")),
        tokens_(derived_secret("quoin token key"), config.token_keys, config.retry_token_lifetime) {}

  /// The static key behind the reset tokens that our connections give out.
  [[nodiscard]] std::array<std::uint8_t, 32> const& reset_secret() const noexcept { return reset_secret_; }

  /// Makes our connection IDs; each connection has a copy.
  [[nodiscard]] typename Stack::cid_format const& cid_format() const noexcept { return cid_format_; }

  /// `from` is a stranger's datagram, or several of one size.
  verdict<Stack> judge(wire::invariant_header const& header, arrival const& from, crowd const& inside, moment at) {
    auto judged = judged_by_header(header, from, inside, at);
    if (judged.admitted)
      ++counts_.admitted;
    else if (judged.answer.empty())
      ++counts_.ignored;
    return judged;
  }

  [[nodiscard]] stranger_counts const& counts() const noexcept { return counts_; }

  [[nodiscard]] bool speaks(std::uint32_t asked) const {
    return std::any_of(config_.transport.versions.begin(), config_.transport.versions.end(),
                       [&](version v) { return !is_reserved(v) && static_cast<std::uint32_t>(v) == asked; });
  }

  /// An Initial with this token was authentic: the token has proven an address, and proves none again (RFC 9000 8.1.4).
  void use_up(byte_view token) { used_tokens_->add(token); }

  /// A token for the NEW_TOKEN frame of a connection in version `v` to a client that has proven this address (RFC 9000
  /// 8.1.3, RFC 9369 5).
  std::vector<std::uint8_t> token_for(socket_address const& client, version v, wall_time at) {
    std::array<std::uint8_t, 16> random{};
    entropy_.fill(random);
    std::vector<std::uint8_t> token(token_sealer<protection>::new_token_size);
    tokens_.at(at).make_new_token(token, random, client, at, v);
    return token;
  }

  void set_token_keys(token_keys keys) { tokens_.use(std::move(keys)); }

 private:
  verdict<Stack> judged_by_header(wire::invariant_header const& header, arrival const& from, crowd const& inside,
                                  moment at) {
    if (!header.long_form) return {reset_for(header, from, at.now), {}, {}};
    if (from.bytes.size() < limits::initial_datagram) return {};  // RFC 9000 5.2.2, 14.1: too small for an answer
    if (!speaks(header.version)) return {versions_for(header, from, at.now), {}, {}};
    // RFC 9287 3: a client that has met us before may clear the bit at once.
    auto const rule =
        config_.transport.grease_quic_bit ? wire::fixed_bit_rule::may_be_anything : wire::fixed_bit_rule::must_be_set;
    auto const initial = wire::read_long_header(from.bytes, rule);
    if (!initial || initial->kind != event::packet_kind::initial) return {};
    // RFC 9000 7.2: a client's first Destination Connection ID has at least eight bytes, unless a Retry has chosen it.
    if (initial->destination.size() < 8 && !is_retry_token(initial->token)) return {};
    return judge_initial(*initial, from, inside, at);
  }

  static bool is_retry_token(byte_view token) {
    return token_sealer<protection>::claimed_kind(token) == opened_token::kind::retry;
  }

  /// A client's first Initial (RFC 9000 5.2.2, 8.1.3).
  verdict<Stack> judge_initial(wire::long_header const& initial, arrival const& from, crowd const& inside, moment at) {
    if (inside.closing)
      return {refusal_of(initial, {error_code::connection_refused, "the server is shutting down", 0}, from, at.now),
              {},
              {}};
    if (inside.connections >= config_.max_connections)
      return {refusal_of(initial, {error_code::connection_refused, "too many connections", 0}, from, at.now), {}, {}};
    auto const token = tokens_.at(at.wall).open(initial.token, from.path.remote, at.wall, initial.version);
    bool const retried =
        token && token->what == opened_token::kind::retry && token->retry_source == initial.destination;
    // RFC 9000 8.1.2: who has followed a Retry gets no second one, and need not wait to learn that it is over.
    if (!retried && is_retry_token(initial.token))
      return {refusal_of(initial, {error_code::invalid_token, "the Retry token is not good", 0}, from, at.now), {}, {}};
    // RFC 9000 8.1.4: a token proves an address once. A Retry token that comes again brings an old Initial back.
    bool const used = token && used_tokens_->contains(initial.token);
    if (retried && used) return {};
    bool const validated =
        retried || (token && !used && token->what == opened_token::kind::new_token && !config_.require_retry);
    if (!validated && (config_.require_retry || is_crowded(inside))) return {retry_for(initial, from, at.wall), {}, {}};
    auto start = start_for(initial, from, validated);
    if (retried) {
      start.original_destination = token->original_destination;
      start.retry_source = initial.destination;
    }
    return {{}, std::move(start), validated ? initial.token : byte_view{}};
  }

  /// Whether strangers have to prove themselves. It begins and ends at different numbers, or every second client would
  /// decide anew.
  bool is_crowded(crowd const& inside) {
    if (inside.unvalidated >= config_.max_unvalidated)
      crowded_ = true;
    else if (inside.unvalidated <= config_.calm_unvalidated.value_or(config_.max_unvalidated / 2))
      crowded_ = false;
    return crowded_;
  }

  connection_start<Stack> start_for(wire::long_header const& initial, arrival const& from, bool validated) {
    connection_start<Stack> start;
    start.self = role::server;
    start.path = from.path;
    start.preferred = config_.preferred;
    start.version = initial.version;
    start.first_destination = start.original_destination = initial.destination;
    start.peer_source = initial.source;
    start.address_validated = validated;
    return start;
  }

  byte_view versions_for(wire::invariant_header const& header, arrival const& from, instant at) {
    // RFC 9000 6.1: never in answer to a Version Negotiation packet.
    if (header.version == 0 || !limiter_.allow(from.path.remote, at)) return {};
    ++counts_.told_versions;
    return write_version_answer(room_, header, config_.transport.versions, random_byte());
  }

  byte_view reset_for(wire::invariant_header const& header, arrival const& from, instant at) {
    auto const destination = connection_id::from(header.destination);
    if (!destination || !is_ours(*destination) || !limiter_.allow(from.path.remote, at)) return {};
    auto const trigger = from.segment_size == 0 ? from.bytes.size() : std::min(from.segment_size, from.bytes.size());
    auto const reset = write_stateless_reset<protection>(room_, trigger, *destination, reset_secret_, entropy_);
    counts_.resets += reset.empty() ? 0 : 1;
    return reset;
  }

  /// Only for who has made a whole Initial packet: one that was damaged on its way is repeated, and not to be answered
  /// as if its bytes meant anything (RFC 9000 5.2).
  byte_view refusal_of(wire::long_header const& initial, transport_error const& error, arrival const& from,
                       instant at) {
    if (!limiter_.allow(from.path.remote, at) || !authenticates<protection>(initial, from.bytes)) return {};
    ++(error.code == error_code::invalid_token ? counts_.bad_tokens : counts_.refused);
    return write_refusal<protection>(byte_span{room_}.first(256), initial, make_id(), error);
  }

  /// Not limited in number: it is what honest clients are let in by when there are many others.
  byte_view retry_for(wire::long_header const& initial, arrival const& from, wall_time at) {
    std::array<std::uint8_t, 16> random{};
    entropy_.fill(random);
    ++counts_.retried;
    auto const source = make_id();
    std::array<std::uint8_t, limits::token_size> token{};
    auto const size =
        tokens_.at(at).make_retry(token, random, from.path.remote, initial.destination, source, at, initial.version);
    return write_retry<protection>(room_, initial, source, byte_view{token}.first(size), random_byte());
  }

  /// RFC 9000 21.11: a reset for a connection that lives at another server with our secret would give its token away.
  [[nodiscard]] bool is_ours(connection_id const& id) const noexcept {
    if constexpr (claims<typename Stack::cid_format, cid_feature::owned>)
      return cid_format_.owns(id);
    else
      return true;
  }

  connection_id make_id() {
    std::array<std::uint8_t, connection_id::max_size> randomness{};
    entropy_.fill(randomness);
    return cid_format_.make(randomness);
  }

  std::uint8_t random_byte() {
    std::uint8_t byte = 0;
    entropy_.fill({&byte, 1});
    return byte;
  }

  /// One secret for each purpose, so that no output of one tells anything about another (RFC 9000 10.3.2).
  [[nodiscard]] std::array<std::uint8_t, 32> derived_secret(std::string_view purpose) const {
    std::array<std::uint8_t, 32> secret{};
    protection::kdf::expand(hash_algorithm::sha256, config_.secret, as_bytes(purpose), secret);
    return secret;
  }

  endpoint_config<Stack> const& config_;
  typename Stack::entropy entropy_;
  [[no_unique_address]] typename Stack::cid_format cid_format_;
  reply_limiter limiter_;
  std::shared_ptr<used_tokens> used_tokens_;
  std::array<std::uint8_t, 32> reset_secret_;
  token_mint<protection> tokens_;
  stranger_counts counts_;
  bool crowded_ = false;
  std::array<std::uint8_t, limits::initial_datagram> room_{};
};

}  // namespace quoin
