// SPDX-License-Identifier: BSL-1.0
#include "fake_port.hpp"
#include "hq_client.hpp"
#include "hq_server.hpp"
#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace tool;
using quoin::as_bytes;
using quoin::stream_id;

namespace {

std::vector<hq::job> jobs_for(temporary_folder const& folder, std::initializer_list<char const*> names) {
  std::vector<hq::job> jobs;
  for (auto const* const name : names) jobs.push_back({std::string{"/"} + name, folder / name, name});
  return jobs;
}

struct serving {
  temporary_folder folder;
  served_folder served{folder.path()};
  site::responder files{served};
  hq::visit seen{};
  hq::server server{files, [this](tool::port&, hq::visit const& visit, quoin::close_info const&) { seen = visit; }};
  fake_port port{};
};

}  // namespace

TEST_CASE("a server answers a request with the file and its end", "[tool]") {
  serving s;
  s.folder.write("file", "content");
  s.server.on_data(s.port, stream_id{0}, as_bytes("GET /fi"), false);
  CHECK(s.port.streams.empty());
  s.server.on_data(s.port, stream_id{0}, as_bytes("le\r\n"), true);
  CHECK(s.port.streams[0].written == "content");
  CHECK(s.port.streams[0].finished);
}

TEST_CASE("a server answers once, whatever follows the request", "[tool]") {
  serving s;
  s.folder.write("file", "content");
  s.server.on_data(s.port, stream_id{0}, as_bytes("GET /file\r\n"), false);
  s.server.on_data(s.port, stream_id{0}, as_bytes("GET /file\r\n"), false);
  s.server.on_data(s.port, stream_id{0}, {}, true);
  CHECK(s.port.streams[0].written == "content");
  CHECK_FALSE(s.port.streams[0].reset);
}

TEST_CASE("a server refuses with a code of its own and counts it", "[tool]") {
  serving s;
  s.server.on_data(s.port, stream_id{0}, as_bytes("GET /gone\r\n"), true);
  s.server.on_data(s.port, stream_id{4}, as_bytes("DELETE /\r\n"), true);
  CHECK(s.port.streams[0].reset == 0x404);
  CHECK(s.port.streams[4].reset == 0x400);
  s.server.on_closed(s.port, {});
  CHECK(s.seen.refused == 2);
  CHECK(s.seen.files == 0);
}

TEST_CASE("a server ignores one-way streams and forgets requests that break off", "[tool]") {
  serving s;
  s.server.on_data(s.port, stream_id{2}, as_bytes("GET /file\r\n"), true);
  CHECK(s.port.streams.empty());
  s.server.on_data(s.port, stream_id{0}, as_bytes("GET /f"), false);
  s.server.on_reset(s.port, stream_id{0}, 7);
  CHECK(s.port.streams[0].reset);
}

TEST_CASE("a client keeps as many files under way as it may", "[tool]") {
  temporary_folder const folder;
  meter shown;
  hq::client client{jobs_for(folder, {"a", "b", "c"}), {2, false}, shown};
  fake_port port;
  client.on_connected(port);
  REQUIRE(port.streams.size() == 2);
  CHECK(port.streams[0].written == "GET /a\r\n");
  CHECK(port.streams[0].finished);
  client.on_data(port, stream_id{0}, as_bytes("A"), true);
  CHECK(port.streams.size() == 3);
  client.on_data(port, stream_id{4}, as_bytes("B"), true);
  client.on_data(port, stream_id{8}, {}, true);
  CHECK(client.all_ended());
  CHECK(client.problems().empty());
  CHECK(shown.done == 3);
  CHECK(shown.fraction() == 1.0);
  CHECK(temporary_folder::read(folder / "a") == "A");
  CHECK(std::filesystem::file_size(folder / "c") == 0);
}

TEST_CASE("a client waits for the streams that its server allows", "[tool]") {
  temporary_folder const folder;
  meter shown;
  hq::client client{jobs_for(folder, {"a", "b"}), {10, false}, shown};
  fake_port port;
  port.allowed = 1;
  client.on_connected(port);
  CHECK(port.streams.size() == 1);
  port.allowed = 1;
  client.on_streams_available(port);
  CHECK(port.streams.size() == 2);
}

TEST_CASE("a reset amid a file leaves nothing of it, and the rest goes on", "[tool]") {
  temporary_folder const folder;
  meter shown;
  hq::client client{jobs_for(folder, {"a", "b"}), {1, false}, shown};
  fake_port port;
  client.on_connected(port);
  client.on_data(port, stream_id{0}, as_bytes(std::string(700'000, 'x')), false);
  client.on_reset(port, stream_id{0}, 0x404);
  CHECK(std::filesystem::is_empty(folder.path()));
  client.on_data(port, stream_id{4}, as_bytes("B"), true);
  CHECK(client.all_ended());
  REQUIRE(client.problems().size() == 1);
  CHECK(client.problems()[0].text == "a: the server has no such file (code 0x404)");
  CHECK(temporary_folder::read(folder / "b") == "B");
}

TEST_CASE("a connection that ends early leaves no incomplete file under its name", "[tool]") {
  temporary_folder const folder;
  meter shown;
  hq::client client{jobs_for(folder, {"a", "b"}), {1, false}, shown};
  fake_port port;
  client.on_connected(port);
  client.on_data(port, stream_id{0}, as_bytes(std::string(700'000, 'x')), false);
  client.on_closed(port, {quoin::event::close_origin::idle_timeout, false, 0, 0, {}});
  CHECK_FALSE(client.all_ended());
  REQUIRE(client.closed());
  client.abandon();
  CHECK(client.abandoned() == 2);
  CHECK(shown.failed == 2);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a key update that was asked for is made once", "[tool]") {
  temporary_folder const folder;
  meter shown;
  hq::client client{jobs_for(folder, {"a"}), {1, true}, shown};
  fake_port port;
  client.on_turn(port);
  CHECK(port.key_updates == 0);
  client.on_connected(port);
  client.on_turn(port);
  client.on_turn(port);
  CHECK(port.key_updates == 1);
}
