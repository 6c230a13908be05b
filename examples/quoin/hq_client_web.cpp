// SPDX-License-Identifier: BSL-1.0
// The same downloads by HTTP/3.
#include "hq_client.hpp"

#include <quoin/http3/api/agent.hpp>

namespace tool::hq {
namespace {

namespace h3 = quoin::http3;

/// What a status other than 200 means, in the words of HTTP/0.9's codes where they say the same.
std::string refusal(std::string const& name, unsigned status) {
  if (status == 404) return name + ": the server has no such file (status 404)";
  if (status == 403) return name + ": the server may not read that file (status 403)";
  return name + ": the server answered with status " + std::to_string(status);
}

std::string breach(std::string const& name, h3::error_code code) {
  return name + ": the answer broke off (" + std::string{name_of(code)} + ")";
}

}  // namespace

void client::ask(port& to) {
  auto const job = next_++;
  meter_.start(shown_[job]);
  active_.emplace(job, download{job, shown_[job], part_file{jobs_[job].target}});
  site_->get(jobs_[job].path, [this, &to, job](h3::client_response& response) { take(to, job, response); });
}

void client::take(port& to, std::size_t job, h3::client_response& response) {
  auto const fail = [this, &to, job](std::string const& why) {
    if (auto const entry = active_.find(job); entry != active_.end()) end(to, entry, why);
  };
  auto const& name = jobs_[job].name;
  // What the connection ends with is told once for all files.
  if (response.failure()) return closed_ ? void() : fail(breach(name, *response.failure()));
  if (response.status() != 200) return fail(refusal(name, response.status()));
  response.on_content([this, job, fail](quoin::byte_view bytes) {
    auto const entry = active_.find(job);
    if (entry == active_.end()) return;
    meter_.receive(entry->second.shown, bytes.size());
    if (!entry->second.file.append(bytes)) fail(jobs_[job].name + ": " + entry->second.file.problem());
  });
  response.on_end([this, job, fail] {
    auto const entry = active_.find(job);
    if (entry == active_.end()) return;
    auto& file = entry->second.file;
    bool const whole = file.commit();
    fail(whole ? std::string{} : jobs_[job].name + ": " + file.problem());
  });
  response.on_failure([this, fail, name](h3::error_code code) {
    if (!closed_) fail(breach(name, code));
  });
}

}  // namespace tool::hq
