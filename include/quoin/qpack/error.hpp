// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why QPACK cannot go on. Each of these ends the HTTP/3 connection.
#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <string_view>

namespace quoin::qpack {

/// Error codes of RFC 9204 6, and the one of RFC 9114 8.1 with which a peer is stopped that wastes our resources.
enum class error_code : std::uint64_t {
  excessive_load = 0x0107,        ///< H3_EXCESSIVE_LOAD
  decompression_failed = 0x0200,  ///< QPACK_DECOMPRESSION_FAILED: a field section cannot be understood
  encoder_stream_error = 0x0201,  ///< QPACK_ENCODER_STREAM_ERROR: an instruction for our table is invalid
  decoder_stream_error = 0x0202,  ///< QPACK_DECODER_STREAM_ERROR: an answer about the peer's table is invalid
};

/// A reason to close the connection.
struct error {
  error_code code = error_code::decompression_failed;
  std::string_view reason;  ///< for people; static text, in ASCII

  constexpr bool operator==(error const&) const = default;
};

template <class T = void>
using result = basic_result<T, error>;

constexpr unexpected<error> fail(error_code code, std::string_view reason) noexcept {
  return {{code, reason}};
}

}  // namespace quoin::qpack
