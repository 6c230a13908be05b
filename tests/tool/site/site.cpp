// SPDX-License-Identifier: BSL-1.0
// A folder's answers to whole requests.
#include "site/site.hpp"

#include "temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <filesystem>
#include <map>

using namespace tool;
using fields = std::map<std::string, std::string>;

namespace {

struct served {
  temporary_folder folder;
  served_folder root{folder.path()};
  site::site_settings settings{};
  site::store_limits limits{};

  site::answer get(std::string_view target, fields const& sent = {}, std::string_view method = "GET") {
    site::responder files{root, settings, limits};
    return files.respond(site::asked_for(method, target, [&](std::string const& name) {
      auto const at = sent.find(name);
      return at == sent.end() ? std::nullopt : std::optional{at->second};
    }));
  }
};

std::string field(site::answer const& of, std::string_view name) {
  for (auto const& [each, value] : of.fields)
    if (each == name) return value;
  return {};
}

std::string body(site::answer const& of, std::size_t at_once = 1000) {
  site::content_reader reader{of.body};
  std::string all;
  for (auto bytes = reader.next(); !bytes.empty(); bytes = reader.next()) {
    auto const taken = std::min(at_once, bytes.size());
    all += quoin::as_text(bytes.first(taken));
    reader.took(taken);
  }
  CHECK_FALSE(reader.failed());
  return all;
}

}  // namespace

TEST_CASE("a file is sent with what there is to say of it", "[site]") {
  served s;
  s.folder.write("a.txt", "0123456789");
  auto const answer = s.get("/a.txt");
  CHECK(answer.status == 200);
  CHECK(answer.length == 10);
  CHECK(body(answer, 3) == "0123456789");
  CHECK(field(answer, "content-type") == "text/plain; charset=utf-8");
  CHECK(field(answer, "accept-ranges") == "bytes");
  CHECK(field(answer, "etag").starts_with('"'));
  CHECK(field(answer, "last-modified").ends_with(" GMT"));
  CHECK(field(answer, "date").ends_with(" GMT"));
  CHECK(field(answer, "vary").empty());
}

TEST_CASE("HEAD says what GET would, without content", "[site]") {
  served s;
  s.folder.write("a.txt", "0123456789");
  auto const answer = s.get("/a.txt", {{"range", "bytes=0-1"}}, "HEAD");
  CHECK(answer.status == 200);
  CHECK(answer.length == 10);
  CHECK(answer.body.empty());
}

TEST_CASE("other methods are refused with those that are known", "[site]") {
  served s;
  auto const answer = s.get("/", {}, "POST");
  CHECK(answer.status == 405);
  CHECK(field(answer, "allow") == "GET, HEAD");
}

TEST_CASE("a download is taken up where it broke off, if the file is the same", "[site]") {
  served s;
  s.limits.document.small = GENERATE(as<std::uint64_t>{}, 0, 100);
  s.folder.write("file", "0123456789");
  auto const etag = field(s.get("/file"), "etag");
  auto const rest = s.get("/file", {{"range", "bytes=4-"}, {"if-range", etag}});
  CHECK(rest.status == 206);
  CHECK(field(rest, "content-range") == "bytes 4-9/10");
  CHECK(rest.length == 6);
  CHECK(body(rest, 4) == "456789");
  auto const whole = s.get("/file", {{"range", "bytes=4-"}, {"if-range", "\"other\""}});
  CHECK(whole.status == 200);
  CHECK(body(whole) == "0123456789");
}

TEST_CASE("several parts come in one content", "[site]") {
  served s;
  s.folder.write("file.txt", "0123456789");
  auto const answer = s.get("/file.txt", {{"range", "bytes=8-,0-1"}});
  CHECK(answer.status == 206);
  std::string const type = field(answer, "content-type");
  REQUIRE(type.starts_with("multipart/byteranges; boundary="));
  auto const line = "\r\n--" + type.substr(type.find('=') + 1);
  auto const head = line + "\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-range: bytes ";
  CHECK(body(answer) == head + "0-1/10\r\n\r\n01" + head + "8-9/10\r\n\r\n89" + line + "--\r\n");
  CHECK(answer.length == body(answer).size());
}

TEST_CASE("a part behind the end is refused with the size there is", "[site]") {
  served s;
  s.folder.write("file", "0123456789");
  auto const answer = s.get("/file", {{"range", "bytes=10-"}});
  CHECK(answer.status == 416);
  CHECK(field(answer, "content-range") == "bytes */10");
}

TEST_CASE("what a client has already is not sent again", "[site]") {
  served s;
  s.folder.write("file", "x");
  s.folder.write("file.gz", "z");
  auto const etag = field(s.get("/file"), "etag");
  auto const answer = s.get("/file", {{"if-none-match", etag}});
  CHECK(answer.status == 304);
  CHECK(answer.body.empty());
  CHECK_FALSE(answer.length.has_value());
  CHECK(field(answer, "etag") == etag);
  CHECK(field(answer, "vary") == "accept-encoding");
  CHECK(s.get("/file", {{"if-match", "\"other\""}}).status == 412);
}

TEST_CASE("a compressed file is sent to those who want it", "[site]") {
  served s;
  s.folder.write("page.html", "plain");
  s.folder.write("page.html.gz", "zipped");
  auto const answer = s.get("/page.html", {{"accept-encoding", "gzip, br"}});
  CHECK(body(answer) == "zipped");
  CHECK(field(answer, "content-encoding") == "gzip");
  CHECK(field(answer, "content-type") == "text/html; charset=utf-8");
  CHECK(field(answer, "vary") == "accept-encoding");
  auto const other = s.get("/page.html");
  CHECK(body(other) == "plain");
  CHECK(field(other, "vary") == "accept-encoding");
  CHECK(field(other, "etag") != field(answer, "etag"));
}

TEST_CASE("folders have an index, a page of ours, or nothing", "[site]") {
  served s;
  s.folder.write("with/index.html", "index");
  s.folder.write("without/<b>&.txt", "x");
  s.folder.write("without/.hidden", "x");
  s.folder.write("without/sub folder/x", "x");
  std::filesystem::create_symlink("/etc/passwd", s.folder / "without/leads_out");
  auto const moved = s.get("/sub%20folder/../with?x=1");
  CHECK(moved.status == 404);
  auto const redirect = s.get("/without/sub%20folder?x=1");
  CHECK(redirect.status == 301);
  CHECK(field(redirect, "location") == "/without/sub%20folder/?x=1");
  CHECK(body(s.get("/with/")) == "index");
  auto const page = body(s.get("/without/"));
  CHECK(page.find("<a href=\"%3Cb%3E%26.txt\">&lt;b&gt;&amp;.txt</a>") != std::string::npos);
  CHECK(page.find("<a href=\"sub%20folder/\">sub folder/</a>") != std::string::npos);
  CHECK(page.find("hidden") == std::string::npos);
  CHECK(page.find("leads_out") == std::string::npos);
  s.settings = {.hidden_files = true, .listings = true};
  CHECK(body(s.get("/without/")).find(".hidden") != std::string::npos);
  CHECK(s.get("/without/.hidden").status == 200);
  s.settings = {.listings = false};
  CHECK(s.get("/without/").status == 404);
  CHECK(s.get("/with/index.html/").status == 404);
}

TEST_CASE("what is missing, hidden, unreadable or nonsense", "[site]") {
  served s;
  s.folder.write("file", "x");
  s.folder.write(".git/config", "secret");
  std::filesystem::create_symlink("/etc/passwd", s.folder / "out");
  CHECK(s.get("/nothing").status == 404);
  CHECK(s.get("/.git/config").status == 404);
  CHECK(s.get("/out").status == 403);
  CHECK(s.get("/%zz").status == 400);
  CHECK(s.get("").status == 400);
}

TEST_CASE("a file that becomes shorter while it is sent is not passed off as whole", "[site]") {
  served s;
  s.limits.document.small = 10;
  auto const path = s.folder.write("file", std::string(1'000'000, 'x'));
  auto const answer = s.get("/file");
  site::content_reader reader{answer.body};
  auto const first = reader.next();
  REQUIRE_FALSE(first.empty());
  reader.took(first.size());
  std::filesystem::resize_file(path, 1000);
  CHECK(reader.next().empty());
  CHECK(reader.failed());
}

TEST_CASE("a page that is made is found before files, each time anew", "[site]") {
  served s;
  s.folder.write("state", "a file");
  site::responder files{s.root};
  int made = 0;
  files.add_page("state", {"application/json", [&] { return std::to_string(++made); }});
  auto const ask = [&](std::string_view target, std::string_view method = "GET") {
    return files.respond(
        site::asked_for(method, target, [](std::string_view) { return std::optional<std::string>{}; }));
  };
  CHECK(body(ask("/state")) == "1");
  auto const again = ask("/state?anything");
  CHECK(body(again) == "2");
  CHECK(field(again, "content-type") == "application/json");
  CHECK(field(again, "cache-control") == "no-store");
  CHECK(ask("/state", "HEAD").length == 1);
  CHECK(ask("/state", "HEAD").body.empty());
  CHECK(ask("/state", "POST").status == 405);
  CHECK(ask("/state/").status == 404);
}
