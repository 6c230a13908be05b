// SPDX-License-Identifier: BSL-1.0
/// \file
/// A file that is served, in the codings that it is there in.
#pragma once

#include "coding.hpp"
#include "condition.hpp"

#include "../descriptor.hpp"
#include "../served_file.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace tool::site {

/// One file in the state in which it was found. A small one's bytes are here; the others are read when they are sent.
struct stored_file {
  std::uint64_t size = 0;
  sys_seconds modified{};
  std::string etag;
  std::string last_modified;
  std::vector<std::uint8_t> bytes;  ///< all of them, when `file` is closed
  descriptor file;

  [[nodiscard]] validators state() const { return {etag, modified}; }
};

/// What a path names.
struct document {
  bool directory = false;  ///< and nothing of the below
  std::shared_ptr<stored_file const> plain;
  std::array<std::shared_ptr<stored_file const>, codings.size()> coded;  ///< those that are there and no older

  [[nodiscard]] coding_set there() const {
    coding_set set{};
    for (std::size_t i = 0; i < set.size(); ++i) set[i] = coded[i] != nullptr;
    return set;
  }
};

/// Reads files up to so many bytes whole.
struct document_limits {
  std::uint64_t small = 64 * 1024;
};

/// Looks for a document in the folder.
open_outcome load_document(served_folder const& folder, std::string const& path, document_limits const& limits,
                           document& out);

}  // namespace tool::site
