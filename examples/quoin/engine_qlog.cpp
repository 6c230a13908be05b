// SPDX-License-Identifier: BSL-1.0
#include "stack_engine.hpp"

#include <quoin/qlog/qlog_observer.hpp>

namespace tool {
namespace {

struct qlog_stack : tool_stack {
  using observer = quoin::qlog_observer;
};
static_assert(quoin::stack_config<qlog_stack>);

}  // namespace

engines make_qlog_engines(engine_settings const& settings) {
  return make_stack_engines<qlog_stack>(settings, [folder = settings.qlog_folder](quoin::role self, auto const& id) {
    return quoin::qlog_observer{folder, id, self};
  });
}

}  // namespace tool
