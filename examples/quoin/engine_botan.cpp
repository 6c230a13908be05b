// SPDX-License-Identifier: BSL-1.0
#include "stack_engine.hpp"

#include <quoin/crypto/botan/crypto.hpp>
#include <quoin/stacks/default.hpp>

namespace tool {
namespace {

struct botan_stack : quoin::default_stack {
  using crypto = quoin::botan_crypto;
};
static_assert(quoin::stack_config<botan_stack>);

}  // namespace

std::unique_ptr<engine> make_botan_engine(engine_settings const& settings) {
  return make_stack_engine<botan_stack>(settings);
}

}  // namespace tool
