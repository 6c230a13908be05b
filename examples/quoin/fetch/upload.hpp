// SPDX-License-Identifier: BSL-1.0
/// \file
/// The content of a request: text, a file or standard input, read as fast as its server takes it.
#pragma once

#include "descriptor.hpp"

#include <quoin/base/bytes.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tool::fetch {

class upload {
 public:
  /// `source` is "-" or "@-" for standard input, "@FILE", or the text itself. Throws `failure` (unreadable).
  explicit upload(std::string const& source);

  /// Where it is known before all has been read.
  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }
  /// What comes next; empty at the end, after a failure, and while there is nothing to read.
  quoin::byte_view next();
  /// So much of `next` is on its way.
  void took(std::size_t count) { at_ += count; }
  [[nodiscard]] bool ended() const { return ended_ && at_ == held_.size(); }
  /// Empty unless it cannot be read to its end.
  [[nodiscard]] std::string const& problem() const { return problem_; }

 private:
  void read_more();

  descriptor owned_;
  int file_ = -1;       ///< none: all of it is in `held_`
  bool waits_ = false;  ///< whoever writes the other end may take its time
  std::string name_;
  std::vector<std::uint8_t> held_;
  std::size_t at_ = 0;
  std::optional<std::uint64_t> size_;
  std::uint64_t read_ = 0;
  bool ended_ = false;
  std::string problem_;
};

/// Whether it can be read only once.
inline bool is_standard_input(std::string const& source) {
  return source == "-" || source == "@-";
}

}  // namespace tool::fetch
