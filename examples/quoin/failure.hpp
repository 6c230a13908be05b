// SPDX-License-Identifier: BSL-1.0
/// \file
/// How the tool ends: the exit codes, and the exception whose text is the one line that the user reads.
#pragma once

#include <stdexcept>
#include <string>

namespace tool {

/// The numbers of curl, which scripts know already.
enum class exit_code : int {
  done = 0,
  failed = 1,  ///< what has no number of its own
  usage = 2,
  bad_url = 3,
  unresolved = 6,  ///< no such host
  unconnected = 7,
  partial_file = 18,
  http_error = 22,  ///< the server answered that it will not, or cannot
  unwritable = 23,
  unreadable = 26,
  timeout = 28,
  range_error = 33,
  tls_handshake = 35,
  too_many_redirections = 47,
  certificate = 60,
  http3_error = 95,
};

/// Something that ends a command. `what()` is a sentence without a full stop that names the thing and the remedy.
class failure : public std::runtime_error {
 public:
  explicit failure(std::string const& sentence, exit_code code = exit_code::failed)
      : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] exit_code code() const noexcept { return code_; }

 private:
  exit_code code_;
};

/// What went wrong with one of several things, for the user, and how the command ends if it was the first.
struct problem {
  std::string text;
  exit_code code = exit_code::failed;
};

/// What the operating system says of an `errno`.
std::string reason_of(int error);

/// One line on standard error, after the tool's name.
void complain(std::string const& sentence);

}  // namespace tool
