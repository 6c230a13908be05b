// SPDX-License-Identifier: BSL-1.0
#include "null_configs.hpp"

#include <quoin/stacks/test.hpp>

namespace quoin::scenario {
namespace {

struct plain_stack : test_stack {
  using crypto = audited_crypto<null_crypto>;
  using observer = reporting_observer;
};

}  // namespace

std::unique_ptr<backend> make_plain(world_options const& options, reporter& to) {
  return std::make_unique<lab_backend<plain_stack>>(options, &null_config_of, to);
}

}  // namespace quoin::scenario
