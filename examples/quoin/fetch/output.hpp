// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where content goes: into a file on its way, or to standard output.
#pragma once

#include "part_file.hpp"

#include <optional>
#include <string>

namespace tool::fetch {

class output {
 public:
  /// An empty path: standard output.
  explicit output(std::filesystem::path const& target) {
    if (!target.empty()) file_.emplace(target);
  }

  /// The file, if it is one.
  part_file* file() { return file_ ? &*file_ : nullptr; }

  /// How many were taken; fewer while whoever reads standard output takes no more, and after a failure.
  std::size_t take(quoin::byte_view bytes);
  /// All has come. False when it cannot be kept.
  bool commit();
  /// What is not whole is removed, or kept to be gone on with.
  void let_go() { file_.reset(); }
  [[nodiscard]] std::string const& problem() const { return file_ ? file_->problem() : problem_; }

 private:
  std::optional<part_file> file_;
  std::string problem_;
};

}  // namespace tool::fetch
