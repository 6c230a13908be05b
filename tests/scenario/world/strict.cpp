// SPDX-License-Identifier: BSL-1.0
#include "null_configs.hpp"

#include <quoin/congestion/cubic.hpp>
#include <quoin/schedule/strict_priority.hpp>
#include <quoin/stacks/test.hpp>

namespace quoin::scenario {
namespace {

struct strict_stack : test_stack {
  using congestion = cubic;
  using scheduler = strict_priority;
  using crypto = audited_crypto<null_crypto>;
  using observer = reporting_observer;
};

}  // namespace

std::unique_ptr<backend> make_strict(world_options const& options, reporter& to) {
  return std::make_unique<lab_backend<strict_stack>>(options, &null_config_of, to);
}

}  // namespace quoin::scenario
