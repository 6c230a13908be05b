// SPDX-License-Identifier: BSL-1.0
#include "store.hpp"

namespace tool::site {
namespace {

template <class Use>
void for_each_file(document const& found, Use&& use) {
  if (found.plain) use(*found.plain);
  for (auto const& each : found.coded)
    if (each) use(*each);
}

}  // namespace

open_outcome store::find(std::string const& path, time now, std::shared_ptr<document const>& out) {
  if ((out = fresh(path, now))) return open_outcome::opened;
  // Nobody else waits for the disk; two who load the same at once do no harm.
  auto loaded = std::make_shared<document>();
  auto const outcome = load_document(folder_, path, limits_.document, *loaded);
  if (outcome == open_outcome::opened) out = loaded;
  // A folder's entries are read whenever it is asked for, and what is missing costs one call.
  keep(path, outcome == open_outcome::opened && !loaded->directory ? loaded : nullptr, now);
  return outcome;
}

std::shared_ptr<document const> store::fresh(std::string const& path, time now) {
  std::scoped_lock const lock{mutex_};
  auto const at = by_path_.find(path);
  if (at == by_path_.end() || now - at->second->loaded > limits_.trusted_for) return nullptr;
  kept_.splice(kept_.begin(), kept_, at->second);
  return at->second->found;
}

void store::keep(std::string const& path, std::shared_ptr<document const> const& found, time now) {
  std::scoped_lock const lock{mutex_};
  if (auto const at = by_path_.find(path); at != by_path_.end()) drop(at->second);
  if (!found) return;
  auto& added = kept_.emplace_front(entry{path, found, now});
  for_each_file(*found, [&](stored_file const& each) {
    added.bytes += each.bytes.size();
    added.open_files += each.file.valid() ? 1 : 0;
  });
  bytes_ += added.bytes;
  open_files_ += added.open_files;
  by_path_.emplace(added.path, kept_.begin());
  while (too_much()) drop(std::prev(kept_.end()));
}

void store::drop(place at) {
  bytes_ -= at->bytes;
  open_files_ -= at->open_files;
  by_path_.erase(at->path);
  kept_.erase(at);
}

bool store::too_much() const {
  return kept_.size() > limits_.documents || bytes_ > limits_.bytes || open_files_ > limits_.open_files;
}

}  // namespace tool::site
