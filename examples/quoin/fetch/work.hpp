// SPDX-License-Identifier: BSL-1.0
/// \file
/// From what the user said to what is asked of which server, and where it goes.
#pragma once

#include "dial.hpp"
#include "fetch/exchange.hpp"
#include "options.hpp"

#include <vector>

namespace tool::fetch {

/// The files that come from one server.
struct group {
  destination from;
  std::vector<order> jobs;
};

struct work {
  std::vector<group> groups;
  std::filesystem::path folder;  ///< to be made; empty: none
  bool to_standard_output = false;

  /// Throws `failure` (unwritable).
  void make_folder() const;
};

std::vector<group> by_server(std::vector<order> const& orders);

/// What was asked for, or what follows from the rest.
std::string method_of(get_options const& asked);

/// Throws `failure` (usage, bad_url).
work work_of(get_options const& asked);

}  // namespace tool::fetch
