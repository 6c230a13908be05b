// SPDX-License-Identifier: BSL-1.0
/// \file
/// A file goes over two paths at once: from 127.0.0.1 and 127.0.0.2 to one server, with TLS.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/extension/multipath.hpp>
#include <quoin/stacks/default.hpp>

#include <iostream>

struct wide_stack : quoin::default_stack {
  using extensions = quoin::extensions<quoin::multipath>;
  using path_scheduler = quoin::path_schedule::round_robin;
};
using line = quoin::connection<wide_stack>;

struct receiver {
  static constexpr bool takes_stream_data = true;
  void on_event(line&, quoin::connection_event const&) {}
  std::size_t on_stream_data(line&, quoin::stream_id, quoin::byte_view bytes, bool fin) {
    file += quoin::as_text(bytes);
    return done = fin, bytes.size();
  }
  std::string file{};
  bool done = false;
};
struct sender {
  void on_event(line& to, quoin::connection_event const& event) {
    if (event.what != quoin::connection_event::kind::path_opened) return;
    auto const stream = *to.open(quoin::stream_direction::unidirectional);
    if (to.write(stream, quoin::send_slice{quoin::as_bytes(*file), file})) static_cast<void>(to.finish(stream));
  }
  std::shared_ptr<std::string const> file = std::make_shared<std::string>(4'000'000, 'q');
};

int main() {
  auto const identity = *quoin::make_self_signed_certificate({"localhost"});
  quoin::botan_settings ours;
  ours.alpn = {"file"};
  ours.certificate_chain_pem = ours.ca_pem = identity.certificate_pem;
  ours.private_key_pem = identity.private_key_pem;
  quoin::endpoint_config<wide_stack> config;
  config.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  config.crypto = *quoin::make_botan_config(ours);
  config.extensions.multipath.paths = 1;
  quoin::endpoint<wide_stack> client{config};
  config.accept = true;
  quoin::endpoint<wide_stack> server{config};
  receiver to;
  sender from;
  auto const other = client.open_local(quoin::socket_address::v4(127, 0, 0, 2, 0));
  auto paths = client.connect(server.local_address(), "localhost").extension<quoin::multipath>();
  for (bool opened = false; !to.done; client.turn(from, std::chrono::milliseconds{1})) {
    server.turn(to, std::chrono::milliseconds{1});
    opened = opened || paths.open_path(other, server.local_address(), client.now()).has_value();
  }
  for (auto const& path : paths.paths()) std::cout << path.id << " sent " << path.sent.bytes_sent << " bytes\n";
  return to.file == *from.file ? 0 : 1;
}
