// SPDX-License-Identifier: BSL-1.0
// The parts of a tunnel for UDP: templates, targets, addresses, payloads and what a proxy says of itself.
#include <quoin/http3/connect_udp/relay.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace quoin;
namespace h3 = quoin::http3;
namespace udp = quoin::http3::connect_udp;
using bytes = std::vector<std::uint8_t>;

std::string complaint(std::string_view text) {
  auto const parsed = udp::uri_template::parse(text);
  return parsed ? "" : parsed.error();
}

/// A capsule by hand: its type, and all of its value.
bytes capsule(std::uint64_t type, bytes const& value) {
  bytes out(16);
  byte_writer writer{out};
  writer.varint(type);
  writer.varint(value.size());
  out.resize(writer.size());
  out.insert(out.end(), value.begin(), value.end());
  return out;
}
bytes in_context(std::uint64_t context, std::size_t size) {
  bytes out(8);
  byte_writer writer{out};
  writer.varint(context);
  out.resize(writer.size());
  out.resize(out.size() + size, 'x');
  return out;
}

/// The sizes of the payloads that are found when `said` comes in pieces of `step` bytes, or the code of the error.
struct finding {
  std::vector<std::size_t> sizes;
  std::optional<h3::error_code> error;
  std::size_t most_held = 0;
  bool cut = false;
};
finding find_payloads(bytes const& said, std::size_t step) {
  finding found;
  udp::payload_reader reader;
  for (std::size_t at = 0; at < said.size() && !found.error; at += step) {
    auto const piece = byte_view{said}.subspan(at, std::min(step, said.size() - at));
    auto const read = reader.read(piece, [&](byte_view payload) { found.sizes.push_back(payload.size()); });
    if (!read) found.error = read.error().code;
    found.most_held = std::max(found.most_held, reader.held_bytes());
  }
  found.cut = !reader.finish();
  return found;
}

}  // namespace

TEST_CASE("a template makes the path of a target and finds the target in it again", "[http3][rfc9298]") {
  auto const v6 = udp::make_target("2001:db8::42", 53).value();
  auto const v4 = udp::make_target("192.0.2.6", 443).value();
  struct {
    char const* text;
    char const* of_v4;
    char const* of_v6;
  } const cases[] = {
      {"https://example.org/.well-known/masque/udp/{target_host}/{target_port}/",
       "/.well-known/masque/udp/192.0.2.6/443/", "/.well-known/masque/udp/2001%3Adb8%3A%3A42/53/"},
      {"https://proxy.example.org:4443/masque?h={target_host}&p={target_port}", "/masque?h=192.0.2.6&p=443",
       "/masque?h=2001%3Adb8%3A%3A42&p=53"},
      {"https://proxy.example.org:4443/masque{?target_host,target_port}",
       "/masque?target_host=192.0.2.6&target_port=443", "/masque?target_host=2001%3Adb8%3A%3A42&target_port=53"},
      {"https://a.test/u?x=1{&user,target_port,target_host}", "/u?x=1&target_port=443&target_host=192.0.2.6",
       "/u?x=1&target_port=53&target_host=2001%3Adb8%3A%3A42"},
      {"https://a.test/{target_host,target_port}", "/192.0.2.6,443", "/2001%3Adb8%3A%3A42,53"},
  };
  for (auto const& [text, of_v4, of_v6] : cases) {
    CAPTURE(text);
    auto const at = udp::uri_template::parse(text);
    REQUIRE(at);
    CHECK(at->expand(v4) == of_v4);
    CHECK(at->expand(v6) == of_v6);
    for (auto const& to : {v4, v6}) {
      auto const path = at->expand(to);
      auto const found = at->match(path);
      REQUIRE(found);
      CHECK(udp::read_target(found->host, found->port).value() == to);
      CHECK(!at->match(path + "x/y"));
      CHECK(!at->match(path.substr(0, 5)));
    }
  }
  CHECK(udp::uri_template::well_known("a.test:8443")->authority() == "a.test:8443");
  // A client may define what we do not.
  auto const more = udp::uri_template::parse("https://a.test/u{?user,target_host,target_port}").value();
  CHECK(more.match("/u?user=me&target_host=b&target_port=1")->host == "b");
  CHECK(!more.match("/u?user=me&target_port=1"));
}

TEST_CASE("a template that is none is refused with what is wrong with it", "[http3][rfc9298]") {
  struct {
    char const* text;
    char const* said;
  } const cases[] = {
      {"/udp/{target_host}/{target_port}/", "https://"},
      {"http://a.test/{target_host}/{target_port}/", "https://"},
      {"https:///{target_host}/{target_port}/", "authority"},
      {"https://{target_host}/{target_port}/", "authority"},
      {"https://a.test", "path"},
      {"https://a.test?{target_host}{target_port}", "authority"},
      {"https://a.test/{target_host}/", "{target_port}"},
      {"https://a.test/{target_port}/", "{target_host}"},
      {"https://a.test/{+target_host}/{target_port}/", "operator '+'"},
      {"https://a.test/{#target_host}/{target_port}/", "operator '#'"},
      {"https://a.test/{.target_host}/{target_port}/", "operator '.'"},
      {"https://a.test{/target_host}/{target_port}/", "authority"},
      {"https://a.test/{/target_host}/{target_port}/", "operator '/'"},
      {"https://a.test/{;target_host}/{target_port}/", "operator ';'"},
      {"https://a.test/{target_host:3}/{target_port}/", "level 4"},
      {"https://a.test/{target_host*}/{target_port}/", "level 4"},
      {"https://a.test/{target_host}/{target_port", "'}'"},
      {"https://a.test/target_host}/{target_port}", "'}'"},
      {"https://a.test/{}/{target_host}/{target_port}", "no name"},
      {"https://a.test/{target_host}/{target_port}/#x", "fragment"},
      {"https://a.test/\xc3\xa4/{target_host}/{target_port}/", "ASCII"},
      {"https://a.test/ /{target_host}/{target_port}/", "ASCII"},
      {"https://a.test/^/{target_host}/{target_port}/", "'^'"},
  };
  for (auto const& [text, said] : cases) {
    CAPTURE(text);
    auto const problem = complaint(text);
    CHECK(problem.find(said) != std::string::npos);
    CHECK(problem.find(text) != std::string::npos);
  }
}

TEST_CASE("a target is an address or a name, and a port", "[http3][rfc9298]") {
  CHECK(udp::read_target("192.0.2.6", "443")->address == socket_address::v4(192, 0, 2, 6, 443));
  CHECK(udp::read_target("%3A%3A1", "1")->address ==
        socket_address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 1));
  CHECK(!udp::read_target("dns.example", "65535")->address.known());
  CHECK(udp::read_target("dn%73.example", "%35%33").value() == udp::make_target("dns.example", 53).value());
  // No address of RFC 3986, so that whoever looks it up decides, and what it leads to is looked at.
  CHECK(!udp::read_target("127.1", "53")->address.known());
  struct {
    char const* host;
    char const* port;
    char const* said;
  } const bad[] = {
      {"", "53", "empty"},        {"a", "", "port"},          {"a", "0", "port"},
      {"a", "65536", "port"},     {"a", "+1", "port"},        {"a", "1e3", "port"},
      {"::1", "53", "encoded"},   {"[::1]", "53", "encoded"}, {"fe80%3A%3A1%25eth0", "53", "zones"},
      {"%3A", "53", "IPv6"},      {"a b", "53", "name"},      {"a%2Fb", "53", "name"},
      {"a%0D%0Ab", "53", "name"}, {"%c3%a4", "53", "name"},   {"a%00", "53", "encoding"},
      {"a%4", "53", "encoding"},  {"a", "5%", "encoding"},
  };
  for (auto const& [host, port, said] : bad) {
    CAPTURE(host, port);
    auto const read = udp::read_target(host, port);
    REQUIRE(!read);
    CHECK(read.error().find(said) != std::string_view::npos);
  }
  CHECK(!udp::read_target(std::string(254, 'a'), "53"));
}

TEST_CASE("addresses of the proxy and its neighbours are not public",
          "[http3][rfc9298][cve_class_h3_proxy_to_inside]") {
  auto const of = [](char const* text) { return udp::make_target(text, 53)->address; };
  for (auto const* text :
       {"8.8.8.8", "172.32.0.1", "172.15.255.255", "100.63.255.255", "100.128.0.1", "192.0.2.6", "223.255.255.255",
        "2001:4860:4860::8888", "2001:db8::1", "64:ff9b::808:808", "2002:808:808::1"}) {
    CAPTURE(text);
    CHECK(udp::is_public(of(text)));
  }
  for (auto const* text : {"127.0.0.1",
                           "127.255.255.254",
                           "0.0.0.0",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "198.19.0.1",
                           "224.0.0.1",
                           "239.255.255.250",
                           "255.255.255.255",
                           "240.0.0.1",
                           "::",
                           "::1",
                           "::7f00:1",
                           "::ffff:127.0.0.1",
                           "::ffff:8.8.8.8",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "fc00::1",
                           "fdff::1",
                           "ff02::1",
                           "64:ff9b::7f00:1",
                           "64:ff9b::a00:1",
                           "64:ff9b:1::1",
                           "2002:7f00:1::1",
                           "2002:c0a8:101::1",
                           "2001::1",
                           "100::1"}) {
    CAPTURE(text);
    REQUIRE(of(text).known());
    CHECK(!udp::is_public(of(text)));
  }
  CHECK(!udp::is_public({}));
}

TEST_CASE("a UDP payload stands behind the context ID 0 and is no longer than UDP can carry", "[http3][rfc9298]") {
  CHECK(udp::read_payload(in_context(0, 3)).value()->size() == 3);
  CHECK(udp::read_payload(in_context(0, 0)).value()->empty());
  CHECK(udp::read_payload(in_context(0, udp::most_payload)).value()->size() == 65527);
  CHECK(udp::read_payload(in_context(0, udp::most_payload + 1)).error() ==
        h3::error{h3::error_code::datagram_error, "more than a UDP packet can carry", h3::error_scope::stream});
  CHECK(!udp::read_payload(in_context(1, 3)).value());
  CHECK(!udp::read_payload(in_context(4'000'000'000, 70'000)).value());
  CHECK(udp::read_payload({}).error().code == h3::error_code::datagram_error);
  CHECK(udp::read_payload(byte_view{bytes{0x40}}).error().code == h3::error_code::datagram_error);
}

TEST_CASE("payloads are found in capsules however they are cut", "[http3][rfc9298]") {
  auto said = capsule(0, in_context(0, 5));
  for (auto const& more : {capsule(0x1234, bytes(300, 'u')), capsule(0, in_context(7, 90'000)),
                           capsule(0, in_context(0, 0)), capsule(0, in_context(0, udp::most_payload)),
                           capsule(0, in_context(2, 2)), capsule(0, bytes{0xc0, 0, 0, 0, 0, 0, 0, 0, 'y', 'y'})})
    said.insert(said.end(), more.begin(), more.end());
  for (auto const step : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, std::size_t{66'000}, said.size()}) {
    CAPTURE(step);
    auto const found = find_payloads(said, step);
    CHECK(found.sizes == std::vector<std::size_t>{5, 0, 65527, 2});
    CHECK(!found.error);
    CHECK(found.most_held <= 65527 + 8);
    CHECK(!found.cut);
  }
  CHECK(find_payloads(bytes(said.begin(), said.end() - 1), 1).cut);
}

TEST_CASE("capsules with more than a UDP payload end the stream and are not kept",
          "[http3][rfc9298][cve_class_h3_capsule_bomb]") {
  for (auto const step : {std::size_t{1}, std::size_t{1000}, std::size_t{1'000'000}}) {
    CAPTURE(step);
    auto const large = find_payloads(capsule(0, in_context(0, 65528)), step);
    CHECK(large.error == h3::error_code::datagram_error);
    CHECK(large.sizes.empty());
    auto const huge = find_payloads(capsule(0, in_context(0, 900'000)), step);
    CHECK(huge.error == h3::error_code::datagram_error);
    CHECK(huge.most_held <= 65527 + 8);
    CHECK(find_payloads(capsule(0, {}), step).error == h3::error_code::datagram_error);
    CHECK(find_payloads(capsule(0, {0x40}), step).error == h3::error_code::datagram_error);
  }
}

TEST_CASE("what a proxy says of its failures is a field that can be read", "[http3][rfc9298]") {
  CHECK(udp::proxy_status("quoin", udp::proxy_error::dns_error, "") == "quoin; error=dns_error");
  auto const quoted = udp::proxy_status("p", udp::proxy_error::dns_timeout, "a \"b\" \\ \xc3\r\n");
  CHECK(quoted == "p; error=dns_timeout; details=\"a \\\"b\\\" \\\\ ???\"");
  CHECK(h3::is_field_value(quoted));
  for (auto const error :
       {udp::proxy_error::dns_timeout, udp::proxy_error::dns_error, udp::proxy_error::destination_unavailable,
        udp::proxy_error::destination_ip_prohibited, udp::proxy_error::destination_ip_unroutable,
        udp::proxy_error::connection_limit_reached, udp::proxy_error::http_request_error,
        udp::proxy_error::http_request_denied, udp::proxy_error::proxy_internal_error}) {
    CHECK(udp::status_for(error) >= 400);
    CHECK(h3::is_token(udp::name_of(error)));
  }
}

TEST_CASE("settings of a proxy that cannot be used are named", "[http3][rfc9298]") {
  CHECK(!problem_with(udp::proxy_settings{}));
  auto const said = [](auto change) {
    udp::proxy_settings settings;
    change(settings);
    return problem_with(settings).value_or("");
  };
  CHECK(said([](auto& s) { s.path = "/{target_host}"; }).starts_with("proxy_settings::path"));
  CHECK(said([](auto& s) { s.path = "/{target_host}-{target_port}"; }).find("where a variable ends") !=
        std::string::npos);
  CHECK(said([](auto& s) { s.name = "two words"; }).starts_with("proxy_settings::name is 'two words'"));
  CHECK(said([](auto& s) { s.most_tunnels = 0; }).starts_with("proxy_settings::most_tunnels"));
  CHECK(said([](auto& s) { s.most_addresses = 0; }).starts_with("proxy_settings::most_addresses"));
}
