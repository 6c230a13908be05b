// SPDX-License-Identifier: BSL-1.0
#include "null_configs.hpp"

#include <quoin/congestion/bbr.hpp>
#include <quoin/schedule/urgency_incremental.hpp>
#include <quoin/stacks/test.hpp>

namespace quoin::scenario {
namespace {

struct modelling_stack : test_stack {
  using congestion = bbr;
  using scheduler = urgency_incremental;
  using crypto = audited_crypto<null_crypto>;
  using observer = reporting_observer;
};

}  // namespace

std::unique_ptr<backend> make_modelling(world_options const& options, reporter& to) {
  return std::make_unique<lab_backend<modelling_stack>>(options, &null_config_of, to);
}

}  // namespace quoin::scenario
