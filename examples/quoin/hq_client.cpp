// SPDX-License-Identifier: BSL-1.0
#include "hq_client.hpp"

#include "fetch/trace.hpp"
#include "net_address.hpp"
#include "text.hpp"

#include <utility>

namespace tool::hq {
namespace {

using std::chrono::steady_clock;

problem refusal(std::string const& name, std::uint64_t code, bool begun) {
  auto const known = meaning_of(code);
  auto const said = known.empty() ? std::string{"the server broke off the answer"} : std::string{known};
  auto const as = begun ? exit_code::partial_file : known.empty() ? exit_code::failed : exit_code::http_error;
  return {name + ": " + said + " (code " + hexadecimal(code) + ")", as};
}

}  // namespace

client::client(std::vector<job> jobs, settings const& how, meter& shown)
    : jobs_(std::move(jobs)), how_(how), meter_(shown), key_update_owed_(how.key_update), migration_owed_(how.migrate) {
  for (auto const& each : jobs_) shown_.push_back(each.shown ? *each.shown : meter_.add(each.name));
}

void client::on_connected(port& to) {
  connected_at_ = ended_at_ = steady_clock::now();
  if (how_.how.told != nullptr) how_.how.told->connected(to.facts(), shown(to.remote()));
  fill(to);
}

void client::on_turn(port& to) {
  // An update needs an acknowledgement under the present keys first (RFC 9001 6.1): asked again until it is taken.
  if (key_update_owed_ && connected() && to.update_keys()) key_update_owed_ = false;
  // The server must have given us an unused connection ID first.
  if (migration_owed_ && connected() && to.move()) migration_owed_ = false;
  if (!closed_) statistics_ = to.statistics();
  if (!closed_) turn_exchanges();
}

void client::fill(port& to) {
  while (next_ < jobs_.size() && under_way() < how_.parallel) {
    if (site_ != nullptr) {
      ask(to);
      continue;
    }
    auto const id = to.open(quoin::stream_direction::bidirectional);
    if (!id) return;
    auto const line = std::make_shared<std::string const>(request_line(jobs_[next_].path));
    to.write(*id, {quoin::as_bytes(*line), line});
    to.finish(*id);
    meter_.start(shown_[next_]);
    active_.emplace(id->value(), download{next_, shown_[next_], part_file{jobs_[next_].target}});
    ++next_;
  }
}

void client::on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) {
  auto const entry = active_.find(id.value());
  if (entry == active_.end()) return;
  auto& [number, shown, file] = entry->second;
  meter_.receive(shown, bytes.size());
  if (!file.append(bytes) || (fin && !file.commit())) {
    to.stop_sending(id, static_cast<std::uint64_t>(code::cancelled));
    return end(to, entry, problem{jobs_[number].name + ": " + file.problem(), exit_code::unwritable});
  }
  if (fin) end(to, entry, {});
}

void client::on_reset(port& to, quoin::stream_id id, std::uint64_t why) {
  if (auto const entry = active_.find(id.value()); entry != active_.end())
    end(to, entry, refusal(jobs_[entry->second.job].name, why, entry->second.file.size() > 0));
}

void client::on_stop_sending(port& to, quoin::stream_id id, std::uint64_t why) {
  to.reset(id, why);
}

void client::end(port& to, table::iterator entry, problem const& why) {
  meter_.end(entry->second.shown, why.text.empty());
  if (!why.text.empty()) problems_.push_back(why);
  active_.erase(entry);
  ended_at_ = steady_clock::now();
  fill(to);
}

void client::on_closed(port& to, quoin::close_info const& why) {
  statistics_ = to.statistics();
  closed_ = why;
  site_ = nullptr;
}

void client::abandon() {
  for (auto const& [id, each] : active_) meter_.end(each.shown, false);
  abandoned_ = active_.size();
  active_.clear();
  for (; next_ < jobs_.size(); ++next_, ++abandoned_) meter_.end(shown_[next_], false);
  abandon_exchanges();
}

double client::seconds() const {
  return connected_at_ ? std::chrono::duration<double>(ended_at_ - *connected_at_).count() : 0.0;
}

}  // namespace tool::hq
