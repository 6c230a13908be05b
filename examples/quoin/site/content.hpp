// SPDX-License-Identifier: BSL-1.0
/// \file
/// The content of an answer, read as it is sent.
#pragma once

#include "document.hpp"
#include "range.hpp"

#include <quoin/base/bytes.hpp>

#include <string>

namespace tool::site {

/// Text of ours, or a part of a file.
struct piece {
  std::string text;
  std::shared_ptr<stored_file const> file;
  byte_range part{};

  [[nodiscard]] std::uint64_t size() const { return file ? part.size : text.size(); }
};

using content = std::vector<piece>;

std::uint64_t size_of(content const& all);

/// Hands out content piece by piece, with some of a large file in memory at a time.
class content_reader {
 public:
  explicit content_reader(content all) : pieces_(std::move(all)) {}

  /// What comes next, the same until `took`; empty at the end, and when it cannot be read any more.
  quoin::byte_view next();
  void took(std::size_t count) { taken_ += count; }
  /// A file has become shorter, or its disk is broken: what follows will never come.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  quoin::byte_view rest_of(piece const& from);
  quoin::byte_view read_from(stored_file const& file, std::uint64_t at, std::uint64_t most);

  content pieces_;
  std::size_t current_ = 0;
  std::uint64_t taken_ = 0;  ///< of the current piece
  std::vector<std::uint8_t> window_;
  std::uint64_t window_at_ = 0;  ///< where in the file
  bool failed_ = false;
};

}  // namespace tool::site
