// SPDX-License-Identifier: BSL-1.0
#include "null_configs.hpp"

#include <quoin/congestion/prague.hpp>
#include <quoin/schedule/weighted_fair.hpp>
#include <quoin/stacks/test.hpp>

namespace quoin::scenario {
namespace {

struct scalable_stack : test_stack {
  using congestion = prague;
  using scheduler = weighted_fair;
  using crypto = audited_crypto<null_crypto>;
  using observer = reporting_observer;
};

}  // namespace

std::unique_ptr<backend> make_scalable(world_options const& options, reporter& to) {
  return std::make_unique<lab_backend<scalable_stack>>(options, &null_config_of, to);
}

}  // namespace quoin::scenario
