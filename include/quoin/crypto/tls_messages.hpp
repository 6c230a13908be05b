// SPDX-License-Identifier: BSL-1.0
/// \file
/// What TLS handshake engines have in common: message types, alerts as QUIC errors, and the two buffers between an
/// engine and its connection, one for messages that arrive in parts and one for outputs that wait to be taken.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/secret_bytes.hpp>
#include <quoin/core/error.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/policy/crypto.hpp>

#include <optional>
#include <type_traits>
#include <vector>

namespace quoin::tls {

/// The handshake message types that matter here (RFC 8446 4).
enum class message_type : std::uint8_t {
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  encrypted_extensions = 8,
  certificate = 11,
  certificate_request = 13,
  certificate_verify = 15,
  finished = 20,
  key_update = 24,
};

/// The extension types that matter here (RFC 8446 4.2, RFC 7301, RFC 9001 8.2).
namespace extension {
inline constexpr std::uint16_t server_name = 0;
inline constexpr std::uint16_t alpn = 16;
inline constexpr std::uint16_t padding = 21;
inline constexpr std::uint16_t pre_shared_key = 41;
inline constexpr std::uint16_t early_data = 42;
inline constexpr std::uint16_t transport_parameters = 0x39;
}  // namespace extension

/// Alert numbers (RFC 8446 6).
enum class alert : std::uint8_t {
  unexpected_message = 10,
  bad_record_mac = 20,
  handshake_failure = 40,
  bad_certificate = 42,
  unsupported_certificate = 43,
  certificate_revoked = 44,
  certificate_expired = 45,
  certificate_unknown = 46,
  illegal_parameter = 47,
  unknown_ca = 48,
  decode_error = 50,
  decrypt_error = 51,
  protocol_version = 70,
  insufficient_security = 71,
  internal_error = 80,
  missing_extension = 109,
  unsupported_extension = 110,
  unrecognized_name = 112,
  certificate_required = 116,
  no_application_protocol = 120,
};

/// A sentence for people about an alert; static text.
constexpr std::string_view reason_of(alert a) noexcept {
  switch (a) {
    case alert::unexpected_message: return "TLS: message not expected now";
    case alert::bad_record_mac: return "TLS: message not authentic";
    case alert::handshake_failure: return "TLS: nothing in common to agree on";
    case alert::bad_certificate: return "TLS: certificate is not acceptable";
    case alert::unsupported_certificate: return "TLS: certificate of an unsupported kind";
    case alert::certificate_revoked: return "TLS: certificate is revoked";
    case alert::certificate_expired: return "TLS: certificate is expired or not valid yet";
    case alert::certificate_unknown: return "TLS: certificate is not acceptable for an unnamed reason";
    case alert::illegal_parameter: return "TLS: illegal value in a message";
    case alert::unknown_ca: return "TLS: certificate is not signed by a trusted authority";
    case alert::decode_error: return "TLS: malformed message";
    case alert::decrypt_error: return "TLS: signature or Finished does not verify";
    case alert::protocol_version: return "TLS: version 1.3 is required";
    case alert::insufficient_security: return "TLS: offered parameters are too weak";
    case alert::internal_error: return "TLS: internal error";
    case alert::missing_extension: return "TLS: a mandatory extension is missing";
    case alert::unsupported_extension: return "TLS: extension was not offered";
    case alert::unrecognized_name: return "TLS: unknown server name";
    case alert::certificate_required: return "TLS: client certificate required";
    case alert::no_application_protocol: return "TLS: no application protocol in common";
  }
  return "TLS: handshake failed";
}

/// An alert as the error that ends a QUIC connection; every alert is fatal there (RFC 9001 4.8).
constexpr unexpected<transport_error> fail(alert a, std::string_view reason = {}) noexcept {
  return quoin::fail(crypto_error_code(static_cast<std::uint8_t>(a)), reason.empty() ? reason_of(a) : reason);
}

inline constexpr std::size_t message_header_size = 4;

/// The body of a whole handshake message.
constexpr byte_view body_of(byte_view message) noexcept {
  return message.subspan(message_header_size);
}

/// Collects the bytes of one level's CRYPTO stream until whole messages are there.
class message_buffer {
 public:
  void append(byte_view bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  [[nodiscard]] bool empty() const noexcept { return taken_ == bytes_.size(); }

  /// The type of the next message, as soon as its first byte is there.
  [[nodiscard]] std::optional<message_type> next_type() const noexcept {
    if (empty()) return std::nullopt;
    return static_cast<message_type>(bytes_[taken_]);
  }

  /// The next message with its header, where it lies, if it is all there.
  [[nodiscard]] std::optional<byte_view> peek() const noexcept {
    auto const left = byte_view{bytes_}.subspan(taken_);
    if (left.size() < message_header_size) return std::nullopt;
    auto const size = message_header_size + (std::size_t{left[1]} << 16 | std::size_t{left[2]} << 8 | left[3]);
    if (left.size() < size) return std::nullopt;
    return left.first(size);
  }

  /// The next whole message with its header, if it is all there; valid until `append` or `release`. A length beyond
  /// `limits::crypto_buffer` is refused before anything of it is stored: CRYPTO_BUFFER_EXCEEDED (RFC 9000 7.5).
  result<std::optional<byte_view>> take() {
    using outcome = std::optional<byte_view>;
    auto const left = byte_view{bytes_}.subspan(taken_);
    if (left.size() < message_header_size) return outcome{};
    auto const size = std::size_t{left[1]} << 16 | std::size_t{left[2]} << 8 | left[3];
    if (size > limits::crypto_buffer)
      return quoin::fail(error_code::crypto_buffer_exceeded, "TLS: handshake message too large");
    if (left.size() - message_header_size < size) return outcome{};
    taken_ += message_header_size + size;
    return outcome{left.first(message_header_size + size)};
  }

  /// Forgets the messages taken.
  void release() {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t taken_ = 0;
};

/// For `take_waiting`: no message is left for later.
inline constexpr auto leave_none = [](byte_view) { return false; };

/// Hands each whole message in `input` to `take(byte_view) -> result<>`, up to one for which `leave(byte_view)` says
/// that its time has not come. `expected` is the level whose turn it is; `take` moves it on when keys change. What is
/// wrong whoever implements the messages is refused here.
template <class Take, class Leave>
result<> take_waiting(message_buffer& input, encryption_level const& expected, Take&& take, Leave&& leave) {
  auto const level = expected;
  for (;;) {
    // RFC 9001 6: QUIC changes its keys by itself.
    if (input.next_type() == message_type::key_update)
      return fail(alert::unexpected_message, "TLS: KeyUpdate is forbidden in QUIC");
    if (auto const next = input.peek(); next && leave(*next)) break;
    auto const whole = input.take();
    if (!whole) return unexpected{whole.error()};
    if (!*whole) break;
    QUOIN_TRY(take(**whole));
    if (expected != level && !input.empty())
      return quoin::fail(error_code::protocol_violation, "TLS: message bytes left over at a key change");
  }
  input.release();
  return {};
}

/// Takes the next in-order bytes of `level`'s CRYPTO stream, and what became whole with them as `take_waiting` does.
template <class Take, class Leave = std::remove_const_t<decltype(leave_none)>>
result<> take_messages(message_buffer& input, encryption_level const& expected, encryption_level level, byte_view bytes,
                       Take&& take, Leave leave = leave_none) {
  if (bytes.empty()) return {};
  // RFC 9001 4.1.3: a level that has handed over to the next may not bring anything new.
  if (level != expected) return quoin::fail(error_code::protocol_violation, "TLS: data at the wrong encryption level");
  input.append(bytes);
  return take_waiting(input, expected, take, leave);
}

/// Outputs in the order in which they were made, with the bytes they speak of.
class output_queue {
 public:
  void push(handshake_output::kind what, encryption_level level, byte_view bytes = {}) {
    push({what, level, key_direction::seal, cipher_suite::aes_128_gcm_sha256, bytes});
  }

  void push_secret(encryption_level level, key_direction direction, cipher_suite suite, byte_view secret) {
    push({handshake_output::kind::secret, level, direction, suite, secret});
  }

  /// The next output; its bytes stay valid until the queue is touched again.
  std::optional<handshake_output> take() noexcept {
    if (next_ == entries_.size()) return std::nullopt;
    auto const& waiting = entries_[next_++];
    auto output = waiting.output;
    output.bytes = byte_view{bytes_}.subspan(waiting.offset, waiting.size);
    return output;
  }

 private:
  struct entry {
    handshake_output output;
    std::size_t offset = 0;
    std::size_t size = 0;
  };

  void push(handshake_output const& output) {
    if (next_ == entries_.size()) {
      entries_.clear();
      wipe(bytes_);
      bytes_.clear();
      next_ = 0;
    }
    auto const offset = bytes_.size();
    // Bytes first: what is taken is there, even if there was no memory for more.
    bytes_.insert(bytes_.end(), output.bytes.begin(), output.bytes.end());
    entries_.push_back({output, offset, output.bytes.size()});
  }

  std::vector<entry> entries_;
  secret_vector bytes_;  ///< traffic secrets among them
  std::size_t next_ = 0;
};

}  // namespace quoin::tls
