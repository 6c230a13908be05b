// SPDX-License-Identifier: BSL-1.0
/// \file
/// Files below a folder, and only those: no path and no symbolic link leads out of it.
#pragma once

#include <quoin/base/bytes.hpp>

#include <filesystem>
#include <memory>
#include <string_view>

namespace tool {

/// A file's bytes, alive as long as `owner`. Big files are mapped, small ones read.
struct file_content {
  quoin::byte_view bytes;
  std::shared_ptr<void const> owner;
};

enum class open_outcome { opened, not_found, forbidden };

/// A folder that is open for reading. What `open` is asked for comes from the network.
class served_folder {
 public:
  /// Throws `failure` when it is not a readable folder.
  explicit served_folder(std::filesystem::path const& root);
  ~served_folder();
  served_folder(served_folder const&) = delete;
  served_folder& operator=(served_folder const&) = delete;

  /// The regular file at `path`, which is relative to the folder.
  open_outcome open(std::string_view path, file_content& out) const;

 private:
  int folder_ = -1;
};

}  // namespace tool
