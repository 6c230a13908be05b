// SPDX-License-Identifier: BSL-1.0
/// \file
/// How the tool ends: the exit codes, and the exception whose text is the one line that the user reads.
#pragma once

#include <stdexcept>
#include <string>

namespace tool {

enum class exit_code : int { done = 0, failed = 1, usage = 2 };

/// Something that ends a command. `what()` is a sentence without a full stop that names the thing and the remedy.
class failure : public std::runtime_error {
 public:
  explicit failure(std::string const& sentence, exit_code code = exit_code::failed)
      : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] exit_code code() const noexcept { return code_; }

 private:
  exit_code code_;
};

/// What the operating system says of an `errno`.
std::string reason_of(int error);

/// One line on standard error, after the tool's name.
void complain(std::string const& sentence);

}  // namespace tool
