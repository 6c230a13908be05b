// SPDX-License-Identifier: BSL-1.0
#include "null_configs.hpp"

#include <quoin/congestion/new_reno.hpp>
#include <quoin/schedule/fifo.hpp>
#include <quoin/stacks/test.hpp>

namespace quoin::scenario {
namespace {

struct first_in_stack : test_stack {
  using congestion = new_reno_hystart;
  using scheduler = fifo;
  using crypto = audited_crypto<null_crypto>;
  using observer = reporting_observer;
};

}  // namespace

std::unique_ptr<backend> make_first_in(world_options const& options, reporter& to) {
  return std::make_unique<lab_backend<first_in_stack>>(options, &null_config_of, to);
}

}  // namespace quoin::scenario
