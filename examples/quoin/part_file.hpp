// SPDX-License-Identifier: BSL-1.0
/// \file
/// A download on its way: `name.part` until the last byte is there, then `name`.
#pragma once

#include <quoin/base/bytes.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tool {

/// What an earlier run has left of a download, and by what it is known to be the same when the rest of it comes.
struct kept_part {
  std::uint64_t size = 0;
  std::string url;
  std::string tag;  ///< the representation's entity-tag, a strong one (RFC 9110 8.8.1)
};

/// Nothing under the final name exists or changes before `commit` has succeeded; without it the part is removed, unless
/// it is known by a tag.
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

  // ---- downloads that go on later

  /// What there is to go on with; nothing where it is not certain what it is a part of.
  [[nodiscard]] std::optional<kept_part> kept() const;
  /// Goes on behind `from`, before anything is appended.
  bool go_on(kept_part const& from);
  /// Keeps the part if this is not its last run. To be called before anything is appended.
  bool keep(std::string const& url, std::string const& tag);

  [[nodiscard]] std::string const& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  bool open();
  void remove();
  bool flush();
  bool fail(char const* what);

  std::filesystem::path target_;
  std::filesystem::path part_;
  std::filesystem::path note_;      ///< beside the part: what it is a part of
  std::vector<std::uint8_t> held_;  // a stream's bytes come a packet at a time; the disk gets them in bigger pieces
  std::uint64_t size_ = 0;
  int file_ = -1;
  bool keep_ = false;
  std::string problem_;
};

}  // namespace tool
