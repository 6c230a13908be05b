// SPDX-License-Identifier: BSL-1.0
#include "stack_engine.hpp"

namespace tool {

engines make_default_engines(engine_settings const& settings) {
  return make_stack_engines<tool_stack>(settings);
}

}  // namespace tool
