// SPDX-License-Identifier: BSL-1.0
/// \file
/// Files below a folder, and only those: no path and no symbolic link leads out of it.
#pragma once

#include "descriptor.hpp"

#include <quoin/base/bytes.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace tool {

/// A file's bytes, alive as long as `owner`. Big files are mapped, small ones read.
struct file_content {
  quoin::byte_view bytes;
  std::shared_ptr<void const> owner;
};

/// A file or folder as it was when it was opened.
struct found_file {
  descriptor file;
  bool directory = false;
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  std::chrono::sys_time<std::chrono::nanoseconds> modified{};
};

enum class open_outcome { opened, not_found, forbidden };

/// All bytes that `found` said there are; false when there are less by now.
bool read_whole(found_file const& found, std::vector<std::uint8_t>& out);

/// A folder that is open for reading. What `open` is asked for comes from the network.
class served_folder {
 public:
  /// Throws `failure` when it is not a readable folder.
  explicit served_folder(std::filesystem::path const& root);
  ~served_folder();
  served_folder(served_folder const&) = delete;
  served_folder& operator=(served_folder const&) = delete;

  /// The regular file or folder at `path`, which is relative to the folder; the folder itself when it is empty.
  open_outcome find(std::string_view path, found_file& out) const;
  /// The regular file at `path`, with its content.
  open_outcome open(std::string_view path, file_content& out) const;

 private:
  int folder_ = -1;
};

}  // namespace tool
