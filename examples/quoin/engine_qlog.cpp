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
  quoin::qlog_settings const form{.version =
                                      settings.newest_qlog ? quoin::qlog_version::draft : quoin::qlog_version::v0_3};
  return make_stack_engines<qlog_stack>(settings,
                                        [folder = settings.qlog_folder, form](quoin::role self, auto const& id) {
                                          return quoin::qlog_observer{folder, id, self, form};
                                        });
}

}  // namespace tool
