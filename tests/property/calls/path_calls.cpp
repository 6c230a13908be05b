// SPDX-License-Identifier: BSL-1.0
// Calls about paths, one at a time (RFC 9000 9) and several (draft-ietf-quic-multipath), and about connection IDs.
#include "caller.hpp"

namespace quoin::property {
namespace of_paths {
namespace {

using e = path_errc;

/// Why no client may use another path now, as far as the documentation says it of all of them.
std::optional<path_errc> obstacle(caller& on, role side) {
  auto const& end = on.at(side);
  if (on.is_over(side)) return e::connection_closed;
  if (side == role::server) return e::server;
  if (!end.confirmed()) return e::not_confirmed;
  return std::nullopt;
}

bool is_forbidden(caller& on) {
  return on.made_from(role::server).settings.disable_active_migration;
}

template <bool Move>
void try_path(caller& on, role side) {
  auto const local = on.some_address(role::client);
  auto& end = on.at(side);
  auto const expected = obstacle(on, side);
  auto const named = Move ? end.migrate(local, on.now()) : end.probe(local, on.now());
  auto const* const call = Move ? "migrate" : "probe";
  if (expected) return on.expect_error(named, *expected, call);
  if (is_forbidden(on)) return on.expect_error(named, e::forbidden, call);
  on.expect_one_of(named, call, {e::no_connection_id, e::too_many});
}

void open_path(caller& on, role side) {
  auto const local = on.some_address(role::client);
  auto const remote = on.some_address(role::server);
  auto api = on.at(side).extension<multipath>();
  auto const expected = obstacle(on, side);
  auto const id = api.open_path(local, remote, on.now());
  if (expected) return on.expect_error(id, *expected, "multipath::open_path");
  if (!api.agreed()) return on.expect_error(id, e::no_multipath, "multipath::open_path");
  if (is_forbidden(on)) return on.expect_error(id, e::forbidden, "multipath::open_path");
  on.expect_one_of(id, "multipath::open_path", {e::no_connection_id, e::too_many});
  if (!id) return;
  auto const list = api.paths();
  auto const found = std::find_if(list.begin(), list.end(), [&](path_facts const& each) { return each.id == *id; });
  on.expect(found != list.end() && found->addresses == network_path{local, remote} &&
                found->standing == path_standing::validating,
            "a path that was opened is not known");
}

/// One that there is, mostly.
std::uint32_t some_path(caller& on, role side) {
  auto& chance = on.chance();
  auto const list = on.at(side).extension<multipath>().paths();
  if (list.size() == 0 || chance.chance(0.2))
    return static_cast<std::uint32_t>(chance.chance(0.2) ? chance.next() : chance.below(12));
  return list[static_cast<std::size_t>(chance.below(list.size()))].id;
}

void abandon_path(caller& on, role side) {
  auto const id = some_path(on, side);
  auto api = on.at(side).extension<multipath>();
  auto const before = api.paths();
  auto const done = api.abandon_path(id, on.now());
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "multipath::abandon_path");
  on.expect_one_of(done, "multipath::abandon_path", {e::unknown_path, e::last_path});
  auto const found = std::find_if(before.begin(), before.end(), [&](path_facts const& each) { return each.id == id; });
  bool const known = found != before.end() && found->standing != path_standing::abandoned;
  on.expect(known || (!done && done.error() == e::unknown_path), "a path is abandoned that there is not");
  if (!done) return on.expect(!known || done.error() == e::last_path, "a path that there is cannot be abandoned");
  on.of(side).abandoned = true;
  for (auto const& each : api.paths())
    on.expect(each.id != id || each.standing == path_standing::abandoned, "an abandoned path goes on");
}

void set_backup(caller& on, role side) {
  auto const id = some_path(on, side);
  bool const wanted = on.chance().chance(0.5);
  auto api = on.at(side).extension<multipath>();
  auto const done = api.set_backup(id, wanted);
  if (on.is_over(side)) return on.expect_error(done, e::connection_closed, "multipath::set_backup");
  if (!api.agreed()) return on.expect_error(done, e::no_multipath, "multipath::set_backup");
  on.expect_one_of(done, "multipath::set_backup", {e::unknown_path});
  if (!done) return;
  for (auto const& each : api.paths())
    on.expect(each.id != id || (each.backup == wanted && each.standing != path_standing::abandoned),
              "a preference is forgotten");
}

void path_standings(caller& on, role side) {
  auto const& end = on.at(side);
  auto const api = on.at(side).extension<multipath>();
  bool const wanted = on.made_from(role::client).extensions.multipath.paths > 0 &&
                      on.made_from(role::server).extensions.multipath.paths > 0;
  on.expect(!api.agreed() || wanted, "several paths that nobody asked for");
  if (end.connected()) on.expect(api.agreed() == wanted, "several paths are not agreed on though connected");
  auto const list = api.paths();
  on.expect(list.size() > 0 && (api.agreed() || list.size() == 1), "paths that cannot be");
  for (std::size_t i = 1; i < list.size(); ++i) on.expect(list[i - 1].id < list[i].id, "paths are out of order");
}

void rotate(caller& on, role side) {
  auto& end = on.at(side);
  bool const rotated = end.rotate_connection_id();
  on.expect(!rotated || (!on.is_over(side) && end.peer_parameters()), "an ID is changed too early or too late");
}

void knows(caller& on, role side) {
  auto& end = on.at(side);
  on.expect(end.knows(end.path()), "the path that is shown is not known");
  auto const& chance = on.some_address(side);
  static_cast<void>(end.knows({chance, on.some_address(peer_of(side))}));
  auto const nowhere = socket_address::v4(203, 0, 113, 9, 9);
  on.expect(!end.knows({end.path().local, nowhere}), "a path is known that was never tried");
}

/// RFC 9000 14.2: what the network beneath refuses. That it takes not even the smallest is said less often than it may
/// be.
void refuse_datagram(caller& on, role side) {
  auto& chance = on.chance();
  auto& known = on.of(side);
  auto size = static_cast<std::size_t>(chance.chance(0.3) ? chance.below(70'000) : 1'195 + chance.below(300));
  constexpr unsigned borne = 2;
  if (size == limits::initial_datagram && ++known.refusals > borne) ++size;
  auto& end = on.at(side);
  static std::array<std::uint8_t, 70'000> const bytes{};
  network_path const other{on.some_address(side), on.some_address(peer_of(side))};
  end.on_datagram_refused({chance.chance(0.7) ? end.path() : other, byte_view{bytes}.first(size), size}, on.now());
  on.expect(on.at(side).statistics().datagram_size >= limits::initial_datagram, "datagrams become too small");
}

constexpr call calls[]{
    {"connection::migrate", 5, &try_path<true>},
    {"connection::probe", 5, &try_path<false>},
    {"multipath::open_path", 10, &open_path},
    {"multipath::abandon_path", 3, &abandon_path},
    {"multipath::set_backup", 4, &set_backup},
    {"multipath::agreed multipath::paths", 4, &path_standings},
    {"connection::rotate_connection_id", 4, &rotate},
    {"connection::knows connection::path", 4, &knows},
    {"connection::on_datagram_refused", 3, &refuse_datagram},
};

}  // namespace
}  // namespace of_paths

std::span<call const> path_calls() {
  return of_paths::calls;
}

}  // namespace quoin::property
