// SPDX-License-Identifier: BSL-1.0
/// \file
/// The server's side: answers with the files of one folder, over HTTP/0.9 or HTTP/3, as it was chosen.
#pragma once

#include "hq_request.hpp"
#include "port.hpp"
#include "site/access_log.hpp"
#include "site/site.hpp"

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace quoin::http3::connect_udp {
class proxy;
}

namespace tool::hq {

/// How one client's visit went.
struct visit {
  std::uint64_t files = 0;
  std::uint64_t refused = 0;
  quoin::byte_count bytes = 0;  ///< of the files
};

class server final : public application {
 public:
  using report = std::function<void(port&, visit const&, quoin::close_info const&)>;

  /// `files`, and `log` and `tunnels`, which may be null, must outlive it; `on_end` is called once, when the connection
  /// is over.
  server(site::responder& files, report on_end, site::access_log* log = nullptr,
         quoin::http3::connect_udp::proxy* tunnels = nullptr)
      : files_(files), on_end_(std::move(on_end)), log_(log), tunnels_(tunnels) {}

  void on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) override;
  void on_reset(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_stop_sending(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_request(port& to, quoin::http3::request& request, quoin::http3::response& response) override;
  void on_closed(port& to, quoin::close_info const& why) override;

 private:
  void answer(port& to, quoin::stream_id id, std::string const& path);
  void refuse(port& to, quoin::stream_id id, code why);

  site::responder& files_;
  report on_end_;
  site::access_log* log_;
  quoin::http3::connect_udp::proxy* tunnels_;
  std::unordered_map<std::uint64_t, request_reader> asking_;
  std::unordered_set<std::uint64_t> answered_;  // whose request is done but whose end has not arrived
  visit visit_;
};

}  // namespace tool::hq
