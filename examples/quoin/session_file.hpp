// SPDX-License-Identifier: BSL-1.0
/// \file
/// The sessions of earlier runs, in a file that only its owner can read.
#pragma once

#include <quoin/handshake/client_session.hpp>

#include <filesystem>
#include <vector>

namespace tool {

/// Sessions are as good as passwords until they expire, and each is good for one connection.
class session_file {
 public:
  /// No more than so much is read: a file of ours is far smaller.
  static constexpr std::size_t longest = 4 << 20;

  /// An empty path keeps nothing.
  explicit session_file(std::filesystem::path path) : path_(std::move(path)) {}

  /// What was kept; nothing when there is no such file, or it is not one of ours. Throws `failure` when others can read
  /// it, or it cannot be read.
  [[nodiscard]] std::vector<quoin::client_session> load() const;

  /// Replaces the file in one step; readable by its owner only. Throws `failure` when that is not possible.
  void save(std::vector<quoin::client_session> const& sessions) const;

  [[nodiscard]] bool keeps() const { return !path_.empty(); }

 private:
  std::filesystem::path path_;
};

}  // namespace tool
