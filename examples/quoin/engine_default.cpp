// SPDX-License-Identifier: BSL-1.0
#include "stack_engine.hpp"

#include <quoin/stacks/default.hpp>

namespace tool {

std::unique_ptr<engine> make_default_engine(engine_settings const& settings) {
  return make_stack_engine<quoin::default_stack>(settings);
}

}  // namespace tool
