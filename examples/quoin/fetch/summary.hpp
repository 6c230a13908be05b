// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a run of `get` has come to, for people and for scripts.
#pragma once

#include "dial.hpp"
#include "failure.hpp"
#include "hq_client.hpp"
#include "meter.hpp"
#include "report.hpp"

#include <cstdio>
#include <string>
#include <vector>

namespace tool::fetch {

struct summary {
  double seconds = 0;
  quoin::connection_statistics statistics;
  std::vector<problem> problems;
  json servers = json::array();
  json requests = json::array();

  /// One server's files have come, or will not.
  void add(std::string const& server, hq::client const& client, call const& by);
  void print(meter const& all) const;
  void print_json(meter const& all, std::FILE* to) const;
};

}  // namespace tool::fetch
