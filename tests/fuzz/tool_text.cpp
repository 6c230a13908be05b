// SPDX-License-Identifier: BSL-1.0
// What the tool reads from people and peers: URLs, addresses, requests. What is refused is refused in a sentence, and a
// name for a file never leads out of its folder.
#include <failure.hpp>
#include <hq_request.hpp>
#include <url.hpp>

#include <quoin/io/address_text.hpp>

#include "require.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using fuzz::require;
  std::string_view const text{reinterpret_cast<char const*>(data), size};
  try {
    auto const url = tool::parse_url(text);
    require(!url.host.empty(), "a URL has a host");
    require(!url.path.empty() && url.path.front() == '/', "a path begins with a slash");
    require(url.file_name.find('/') == std::string::npos && url.file_name != ".." && url.file_name != ".",
            "a file's name stays in its folder");
    require(url.file_name.find('\0') == std::string::npos, "a file's name has no end in its middle");
  } catch (tool::failure const& refused) {
    require(refused.what()[0] != '\0', "a refusal is a sentence");
  }

  if (auto const address = quoin::parse_address(text)) {
    auto const again = quoin::parse_address(quoin::to_string(*address));
    require(again && *again == *address, "an address survives");
  }

  std::string whole;
  for (std::size_t const step : {size + 1, std::size_t{1}}) {
    tool::hq::request_reader reader;
    auto state = tool::hq::request_reader::state::incomplete;
    for (std::size_t at = 0; at <= size && state == tool::hq::request_reader::state::incomplete; at += step) {
      auto const piece = quoin::byte_view{data, size}.subspan(at, std::min(step, size - at));
      state = reader.read(piece, at + piece.size() >= size);
      if (step > size) break;
    }
    if (state != tool::hq::request_reader::state::complete) continue;
    require(reader.path().size() <= size, "a request asks for no more than it says");
    if (step > size) whole = reader.path();
    if (size <= tool::hq::longest_request)
      require(reader.path() == whole, "it does not matter in what pieces a request comes");
  }
  return 0;
}
