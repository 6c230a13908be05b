// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/0.9 as the QUIC interop runner uses it: one line that asks for a path, and the bare file as the answer.
#pragma once

#include <quoin/base/bytes.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tool::hq {

inline constexpr std::string_view alpn = "hq-interop";

/// The application error codes of this server; HTTP/0.9 has none of its own.
enum class code : std::uint64_t {
  no_error = 0,
  cancelled = 1,
  bad_request = 0x400,
  forbidden = 0x403,
  not_found = 0x404
};

/// What a code of the server's means, for people; empty for an unknown one.
std::string_view meaning_of(std::uint64_t code);

/// A longer line is not a request.
inline constexpr std::size_t longest_request = 4096;

/// The line that asks for `path`.
std::string request_line(std::string_view path);

/// Puts a request together from the pieces in which it arrives.
class request_reader {
 public:
  enum class state { incomplete, complete, malformed };
  state read(quoin::byte_view bytes, bool fin);
  /// The path that was asked for, relative to the root and without escapes; only when complete.
  [[nodiscard]] std::string const& path() const { return path_; }

 private:
  state parse(std::string_view line);
  std::string line_;
  std::string path_;
};

}  // namespace tool::hq
