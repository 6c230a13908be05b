// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client and a server in one process, joined by memory: no socket, no thread, no certificate. The handler code is
/// what it would be over UDP; only the stack differs.
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>

#include <iostream>

using stack = quoin::test_stack;
using kind = quoin::connection_event::kind;

/// Sends back whatever a stream brings.
struct echo_server {
  static constexpr bool takes_stream_data = true;
  void on_event(quoin::connection<stack>&, quoin::connection_event const&) {}
  std::size_t on_stream_data(quoin::connection<stack>& from, quoin::stream_id id, quoin::byte_view bytes, bool fin) {
    static_cast<void>(from.write(id, bytes));
    if (fin) static_cast<void>(from.finish(id));
    return bytes.size();
  }
};

/// Says hello as soon as it is connected, and keeps the answer.
struct greeter {
  static constexpr bool takes_stream_data = true;
  void on_event(quoin::connection<stack>& to, quoin::connection_event const& event) {
    if (event.what != kind::connected) return;
    auto const id = to.open(quoin::stream_direction::bidirectional);
    if (!id) return;
    static_cast<void>(to.write(*id, quoin::as_bytes("hello, quoin")));
    static_cast<void>(to.finish(*id));
  }
  std::size_t on_stream_data(quoin::connection<stack>&, quoin::stream_id, quoin::byte_view bytes, bool fin) {
    answer += quoin::as_text(bytes);
    done = fin;
    return bytes.size();
  }
  std::string answer;
  bool done = false;
};

int main() {
  auto const link = std::make_shared<quoin::memory_link>();
  auto const crypto = std::make_shared<quoin::null_handshake::config>();
  crypto->alpn = {"echo"};

  quoin::endpoint_config<stack> serving;
  serving.io = {.bind = quoin::socket_address::v4(127, 0, 0, 1, 4433), .link = link};
  serving.crypto = crypto;
  serving.accept = true;
  quoin::endpoint<stack> server{serving};

  quoin::endpoint_config<stack> calling;
  calling.io = {.bind = quoin::socket_address::v4(127, 0, 0, 1, 5000), .link = link};
  calling.crypto = crypto;
  quoin::endpoint<stack> client{calling};

  echo_server echo;
  greeter greeter;
  client.connect(server.local_address(), "localhost");
  for (int turn = 0; turn < 1000 && !greeter.done; ++turn) {
    client.service(greeter);
    server.service(echo);
    client.clock().advance(std::chrono::milliseconds{1});
    server.clock().advance(std::chrono::milliseconds{1});
  }
  std::cout << greeter.answer << '\n';
  return greeter.answer == "hello, quoin" ? 0 : 1;
}
