// SPDX-License-Identifier: BSL-1.0
#include "failure.hpp"

#include <cstdio>
#include <system_error>

namespace tool {

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

void complain(std::string const& sentence) {
  std::fprintf(stderr, "quoin: %s\n", sentence.c_str());
}

}  // namespace tool
