// SPDX-License-Identifier: BSL-1.0
// Needs nlohmann/json, as qlog does; without it there is no such world.
#include "null_configs.hpp"

#if __has_include(<nlohmann/json.hpp>)

#include <quoin/observe/tee.hpp>
#include <quoin/qlog/qlog_observer.hpp>
#include <quoin/stacks/test.hpp>

namespace quoin::scenario {
namespace {

/// Reports like the others, and writes one log for each connection.
class logging_observer : public tee<reporting_observer, qlog_observer> {
  using both = tee<reporting_observer, qlog_observer>;

 public:
  logging_observer() = default;
  explicit logging_observer(both observers) : both(std::move(observers)) {}
  [[nodiscard]] std::size_t number() const noexcept { return get<reporting_observer>().number(); }

  static logging_observer make(backend& of, role side, std::size_t connection) {
    auto const name = std::string{side == role::client ? "client" : "server"} + std::to_string(connection) + ".sqlog";
    return logging_observer{both{reporting_observer::make(of, side, connection),
                                 qlog_observer{std::filesystem::path{of.qlog_folder} / name, side}}};
  }
};

struct logged_stack : test_stack {
  using crypto = audited_crypto<null_crypto>;
  using observer = logging_observer;
};

}  // namespace

std::unique_ptr<backend> make_logged(world_options const& options, reporter& to) {
  return std::make_unique<lab_backend<logged_stack>>(options, &null_config_of, to);
}

}  // namespace quoin::scenario

#else

namespace quoin::scenario {

std::unique_ptr<backend> make_logged(world_options const&, reporter&) {
  return nullptr;
}

}  // namespace quoin::scenario

#endif
