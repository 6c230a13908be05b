// SPDX-License-Identifier: BSL-1.0
/// \file
/// All frames of extensions that this library can read, for those who look at packets of any stack.
#pragma once

#include <quoin/wire/frame/ack_frequency.hpp>
#include <quoin/wire/frame/datagram.hpp>
#include <quoin/wire/frame/multipath.hpp>
#include <quoin/wire/frame/observed_address.hpp>
#include <quoin/wire/frame/reset_stream_at.hpp>
#include <quoin/wire/frames.hpp>

namespace quoin::wire {

using all_extension_frames =
    frame_list<datagram_frame, ack_frequency_frame, immediate_ack_frame, reset_stream_at_frame, observed_address_frame,
               path_ack_frame, path_abandon_frame, path_status_frame, path_new_connection_id_frame,
               path_retire_connection_id_frame, max_path_id_frame, paths_blocked_frame, path_cids_blocked_frame>;

}  // namespace quoin::wire
