// SPDX-License-Identifier: BSL-1.0
/// \file
/// A download on its way: `name.part` until the last byte is there, then `name`.
#pragma once

#include <quoin/base/bytes.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tool {

/// Nothing under the final name exists or changes before `commit` has succeeded; without it the part is removed.
class part_file {
 public:
  explicit part_file(std::filesystem::path target);
  ~part_file();
  part_file(part_file&& other) noexcept;
  part_file(part_file const&) = delete;
  part_file& operator=(part_file const&) = delete;

  /// False when the disk refuses; `problem()` says why. Later calls are ignored then.
  bool append(quoin::byte_view bytes);
  bool commit();
  [[nodiscard]] std::string const& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  bool open();
  bool flush();
  bool fail(char const* what);

  std::filesystem::path target_;
  std::filesystem::path part_;
  std::vector<std::uint8_t> held_;  // a stream's bytes come a packet at a time; the disk gets them in bigger pieces
  std::uint64_t size_ = 0;
  int file_ = -1;
  std::string problem_;
};

}  // namespace tool
