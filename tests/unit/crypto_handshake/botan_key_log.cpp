// SPDX-License-Identifier: BSL-1.0
#include "botan_support.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace quoin;
using namespace quoin::testing;

namespace {

std::string hex(byte_vector const& bytes) {
  std::string text;
  for (auto const byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

struct key_log {
  std::map<std::string, std::string> secrets;  // by label
  std::string client_random;
  std::size_t lines = 0;

  void add(std::string_view line) {
    std::istringstream words{std::string{line}};
    std::string label;
    std::string secret;
    words >> label >> client_random >> secret;
    secrets[label] = secret;
    ++lines;
  }
};

}  // namespace

TEST_CASE("the key log has the secrets of both sides under their labels", "[crypto_handshake]") {
  key_log of_client;
  key_log of_server;
  auto client = client_settings();
  client.key_log = [&](std::string_view line) { of_client.add(line); };
  auto server = server_settings();
  server.key_log = [&](std::string_view line) { of_server.add(line); };
  auto pair = joined(client, server);
  pair.run();
  REQUIRE(pair.succeeded());

  CHECK(of_client.lines == 5);
  CHECK(of_client.secrets == of_server.secrets);
  CHECK(of_client.client_random == of_server.client_random);
  auto const hello = pair.client.sent(encryption_level::initial);
  CHECK(of_client.client_random == hex({hello.begin() + 6, hello.begin() + 38}));

  using level = encryption_level;
  auto const sealed = [&](level at) { return hex(pair.client.secret(at, key_direction::seal)); };
  auto const opened = [&](level at) { return hex(pair.client.secret(at, key_direction::open)); };
  CHECK(of_client.secrets["CLIENT_HANDSHAKE_TRAFFIC_SECRET"] == sealed(level::handshake));
  CHECK(of_client.secrets["SERVER_HANDSHAKE_TRAFFIC_SECRET"] == opened(level::handshake));
  CHECK(of_client.secrets["CLIENT_TRAFFIC_SECRET_0"] == sealed(level::one_rtt));
  CHECK(of_client.secrets["SERVER_TRAFFIC_SECRET_0"] == opened(level::one_rtt));
  CHECK(of_client.secrets["EXPORTER_SECRET"].size() == 64);
}

TEST_CASE("the key log file is appended to", "[crypto_handshake]") {
  auto const path = (std::filesystem::temp_directory_path() / "quoin_test_keys.log").string();
  std::ofstream{path} << "# kept\n";
  auto client = client_settings();
  client.key_log_file = path;
  for (int i = 0; i < 2; ++i) {
    auto pair = joined(client);
    pair.run();
    REQUIRE(pair.succeeded());
  }
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  CHECK(line == "# kept");
  key_log log;
  while (std::getline(file, line)) log.add(line);
  CHECK(log.lines == 10);
  CHECK(log.secrets.size() == 5);
  std::filesystem::remove(path);
}
