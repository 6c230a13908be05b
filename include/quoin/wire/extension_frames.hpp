// SPDX-License-Identifier: BSL-1.0
/// \file
/// All frames of extensions that this library can read, for those who look at packets of any stack.
#pragma once

#include <quoin/wire/frame/ack_frequency.hpp>
#include <quoin/wire/frame/datagram.hpp>
#include <quoin/wire/frame/observed_address.hpp>
#include <quoin/wire/frame/reset_stream_at.hpp>
#include <quoin/wire/frames.hpp>

namespace quoin::wire {

using all_extension_frames =
    frame_list<datagram_frame, ack_frequency_frame, immediate_ack_frame, reset_stream_at_frame, observed_address_frame>;

}  // namespace quoin::wire
