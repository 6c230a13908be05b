// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-31, INV-32: both ends mean the same connection, and neither is more than one key update ahead.
#pragma once

#include "checker.hpp"

#include <string>

namespace quoin::property {

class agreement final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void after_step(seen_step const& step) override;

 private:
  std::array<std::string, 2> said_;   ///< transport parameters, encoded
  std::array<std::string, 2> heard_;  ///< of the peer
};

}  // namespace quoin::property
