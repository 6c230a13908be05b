// SPDX-License-Identifier: BSL-1.0
#include "close_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using Catch::Matchers::ContainsSubstring;
using quoin::close_info;
using quoin::event::close_origin;

namespace {

tool::attempt const fresh{"host:1", "192.0.2.1:1", 10, {"hq-interop"}, false, false};

}  // namespace

TEST_CASE("silence is explained by how far the connection had come", "[tool]") {
  close_info const silence{close_origin::handshake_timeout, false, 0, 0, {}};
  CHECK(tool::explain(silence, fresh) == "no answer from 192.0.2.1:1 within 10 s");
  auto heard = fresh;
  heard.heard = true;
  CHECK_THAT(tool::explain(silence, heard), ContainsSubstring("did not finish within 10 s"));
  heard.connected = true;
  CHECK_THAT(tool::explain({close_origin::idle_timeout, false, 0, 0, {}}, heard), ContainsSubstring("broke off"));
}

TEST_CASE("a certificate that we refuse comes with the remedy", "[tool]") {
  auto const told = tool::explain({close_origin::local, false, 0x100 + 48, 0, "issuer unknown"}, fresh);
  CHECK_THAT(told, ContainsSubstring("host:1") && ContainsSubstring("issuer unknown") && ContainsSubstring("--ca") &&
                       ContainsSubstring("--insecure"));
}

TEST_CASE("no common protocol is named from either side", "[tool]") {
  for (auto const origin : {close_origin::local, close_origin::peer})
    CHECK_THAT(tool::explain({origin, false, 0x178, 0, {}}, fresh), ContainsSubstring("hq-interop"));
}

TEST_CASE("a peer's words are shown, but none of its control characters", "[tool]") {
  auto const told = tool::explain({close_origin::peer, true, 0x2a, 0, "bye\x1b[2J\n"}, fresh);
  CHECK_THAT(told, ContainsSubstring("0x2a") && ContainsSubstring("bye?[2J?"));
}

TEST_CASE("a transport error of the peer's is called by its name", "[tool]") {
  CHECK_THAT(tool::explain({close_origin::peer, false, 0x0a, 0, {}}, fresh), ContainsSubstring("PROTOCOL_VIOLATION"));
}

TEST_CASE("what the network or TLS had to say is added", "[tool]") {
  close_info silence{close_origin::handshake_timeout, false, 0, 0, {}};
  silence.detail = "the network did not take our last datagrams";
  CHECK(tool::explain(silence, fresh) ==
        "no answer from 192.0.2.1:1 within 10 s (the network did not take our last datagrams)");
  close_info failed{close_origin::local, false, 0x12f, 0, "TLS: illegal parameter"};
  failed.detail = "a key\x1b share";
  CHECK_THAT(tool::explain(failed, fresh), ContainsSubstring("illegal parameter") && ContainsSubstring("a key? share"));
}

TEST_CASE("a version that nobody speaks and one that somebody forged are told apart", "[tool]") {
  close_info const versions{close_origin::local, false, 0x11, 0, "led to a worse version"};
  CHECK_THAT(tool::explain(versions, fresh), ContainsSubstring("speaks no QUIC version"));
  auto heard = fresh;
  heard.heard = true;
  CHECK_THAT(tool::explain(versions, heard),
             ContainsSubstring("VERSION_NEGOTIATION_ERROR") && ContainsSubstring("worse"));
}

TEST_CASE("what is wrong with our certificate, or the name asked for, is told apart", "[tool]") {
  auto const told = [](std::uint64_t alert) {
    return tool::explain({close_origin::peer, false, 0x100 + alert, 0, {}}, fresh);
  };
  CHECK_THAT(told(116), ContainsSubstring("--cert") && ContainsSubstring("--key"));
  CHECK_THAT(told(48), ContainsSubstring("does not accept our certificate") && ContainsSubstring("TLS alert 48"));
  CHECK_THAT(told(112), ContainsSubstring("does not serve that name"));
  CHECK_THAT(tool::explain({close_origin::local, false, 0x100 + 44, 0, {}}, fresh), ContainsSubstring("is revoked"));
}
