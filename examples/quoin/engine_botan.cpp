// SPDX-License-Identifier: BSL-1.0
#include "stack_engine.hpp"

#include <quoin/crypto/botan/crypto.hpp>

namespace tool {
namespace {

struct botan_stack : tool_stack {
  using crypto = quoin::botan_crypto;
};
static_assert(quoin::stack_config<botan_stack>);

}  // namespace

engines make_botan_engines(engine_settings const& settings) {
  return make_stack_engines<botan_stack>(settings);
}

}  // namespace tool
