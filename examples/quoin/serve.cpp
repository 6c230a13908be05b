// SPDX-License-Identifier: BSL-1.0
#include "close_text.hpp"
#include "hq_server.hpp"
#include "net_address.hpp"
#include "report.hpp"
#include "server_loop.hpp"
#include "settings.hpp"
#include "text.hpp"

#include <cstdio>

namespace tool {
namespace {

void tell(port& client, hq::visit const& visit, quoin::close_info const& why) {
  auto line = shown(client.remote()) + ": " + std::to_string(visit.files) + " files, " +
              readable_bytes(static_cast<double>(visit.bytes));
  if (visit.refused != 0) line += ", " + std::to_string(visit.refused) + " refused";
  line += "; " + readable(client.statistics()) + "; " + brief(why);
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

}  // namespace

int serve(serve_options const& asked) {
  served_folder const folder{asked.root};
  auto settings = server_settings(asked.common, asked.server);
  auto const report = asked.common.quiet ? hq::server::report{} : hq::server::report{tell};
  settings.accept = [&folder, report] { return std::make_unique<hq::server>(folder, report); };
  return run_server(settings, "serving " + asked.root.string(), asked.common.quiet);
}

}  // namespace tool
