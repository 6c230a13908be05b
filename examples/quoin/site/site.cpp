// SPDX-License-Identifier: BSL-1.0
#include "site.hpp"

#include "listing.hpp"

#include "../media_type.hpp"

#include <array>
#include <cstdio>
#include <random>

namespace tool::site {
namespace {

answer text_answer(unsigned status, std::string_view media_type, std::string text) {
  answer out{status, {{"content-type", std::string{media_type}}}, text.size(), {}};
  out.body.push_back({std::move(text), nullptr, {}});
  return out;
}

/// A few words for people; the status says the same to programs.
answer refusal(unsigned status, std::string_view words) {
  return text_answer(status, "text/plain; charset=utf-8", std::string{words} + '\n');
}

answer refusal(open_outcome why) {
  return why == open_outcome::forbidden ? refusal(403, "This file cannot be read.")
                                        : refusal(404, "There is no such file.");
}

/// It runs no scripts but its own, and nobody else's page shows it in a frame.
answer page(made_page const& made) {
  auto out = text_answer(200, made.media_type, made.make());
  out.fields.emplace_back("cache-control", "no-store");
  out.fields.emplace_back("content-security-policy",
                          "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; "
                          "style-src 'unsafe-inline'; frame-ancestors 'none'");
  return out;
}

/// One that no content has in it, for nobody knows it beforehand (RFC 2046 5.1.1).
std::string new_boundary() {
  std::random_device random;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x%08x%08x", random(), random(), random(), random());
  return text.data();
}

/// Several parts in one content (RFC 9110 14.6).
void put_parts(answer& out, std::shared_ptr<stored_file const> const& file, std::vector<byte_range> const& parts,
               std::string_view media_type) {
  auto const boundary = new_boundary();
  for (auto const& part : parts) {
    out.body.push_back({"\r\n--" + boundary + "\r\ncontent-type: " + std::string{media_type} +
                            "\r\ncontent-range: " + content_range(part, file->size) + "\r\n\r\n",
                        nullptr,
                        {}});
    out.body.push_back({{}, file, part});
  }
  out.body.push_back({"\r\n--" + boundary + "--\r\n", nullptr, {}});
  out.fields.emplace_back("content-type", "multipart/byteranges; boundary=" + boundary);
}

/// The whole, or those parts of it that were asked for.
void put_content(answer& out, std::shared_ptr<stored_file const> const& file, asked_ranges const& ranges,
                 std::string_view media_type) {
  if (ranges.what == asked_ranges::outcome::ignored) {
    out.fields.emplace_back("content-type", media_type);
    out.body.push_back({{}, file, {0, file->size}});
  } else if (ranges.parts.size() == 1) {
    out.status = 206;
    out.fields.emplace_back("content-type", media_type);
    out.fields.emplace_back("content-range", content_range(ranges.parts.front(), file->size));
    out.body.push_back({{}, file, ranges.parts.front()});
  } else {
    out.status = 206;
    put_parts(out, file, ranges.parts, media_type);
  }
  out.length = size_of(out.body);
}

answer of_document(asked const& request, document const& found, std::string_view path, moment const& now) {
  auto const set = found.there();
  auto const coded = best_coding(request.accept_encoding, set);
  auto const& file = coded ? found.coded[*coded] : found.plain;
  answer out;
  out.fields.reserve(8);
  out.fields.emplace_back("etag", file->etag);
  if (set != coding_set{}) out.fields.emplace_back("vary", "accept-encoding");
  switch (judged(request.conditions, file->state(), now.date)) {
    case verdict::not_modified: out.status = 304; return out;
    case verdict::precondition_failed: return refusal(412, "The file is not as the request wants it to be.");
    case verdict::go_on: break;
  }
  bool const ranged =
      request.method == "GET" && request.range && range_applies(request.conditions.if_range, file->state(), now.date);
  auto const ranges = ranged ? parsed_ranges(*request.range, file->size) : asked_ranges{};
  if (ranges.what == asked_ranges::outcome::unsatisfiable) {
    out = refusal(416, "The file ends before the part that is asked for.");
    out.fields.emplace_back("content-range", "bytes */" + std::to_string(file->size));
    return out;
  }
  out.fields.emplace_back("last-modified", file->last_modified);
  out.fields.emplace_back("accept-ranges", "bytes");
  if (coded) out.fields.emplace_back("content-encoding", codings[*coded].name);
  put_content(out, file, ranges, media_type_of(path));
  return out;
}

}  // namespace

answer responder::respond(asked const& request, moment const& now) {
  answer out;
  target wanted;
  if (request.method != "GET" && request.method != "HEAD") {
    out = refusal(405, "Files can be fetched here, and nothing else.");
    out.fields.emplace_back("allow", "GET, HEAD");
  } else {
    switch (parsed_target(request.target, settings_.hidden_files, wanted)) {
      case target_outcome::malformed: out = refusal(400, "The path cannot be read."); break;
      case target_outcome::hidden: out = refusal(open_outcome::not_found); break;
      case target_outcome::named: out = of_path(request, wanted, now); break;
    }
  }
  out.fields.emplace_back("date", http_date(now.date));
  if (request.method == "HEAD") out.body.clear();
  return out;
}

answer responder::of_path(asked const& request, target const& wanted, moment const& now) {
  if (auto const made = pages_.find(wanted.path); made != pages_.end() && !wanted.directory) return page(made->second);
  std::shared_ptr<document const> found;
  if (auto const outcome = store_.find(wanted.path, now.monotonic, found); outcome != open_outcome::opened)
    return refusal(outcome);
  if (!found->directory) {
    if (wanted.directory) return refusal(open_outcome::not_found);
    return of_document(request, *found, wanted.path, now);
  }
  if (wanted.directory) return of_directory(request, wanted, now);
  // Links in a page are read from where its own path ends.
  auto out = refusal(301, "This is a folder.");
  out.fields.emplace_back("location", encoded_path(wanted.path) + "/" + wanted.query);
  return out;
}

answer responder::of_directory(asked const& request, target const& wanted, moment const& now) {
  auto const index = wanted.path.empty() ? std::string{"index.html"} : wanted.path + "/index.html";
  std::shared_ptr<document const> found;
  if (store_.find(index, now.monotonic, found) == open_outcome::opened && !found->directory)
    return of_document(request, *found, index, now);
  if (!settings_.listings) return refusal(open_outcome::not_found);
  auto html = listing_of(store_.folder(), wanted.path, settings_.hidden_files);
  return html ? text_answer(200, "text/html; charset=utf-8", std::move(*html)) : refusal(open_outcome::forbidden);
}

}  // namespace tool::site
