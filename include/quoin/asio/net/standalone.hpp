// SPDX-License-Identifier: BSL-1.0
/// \file
/// Asio without Boost, as `quoin::asio` uses it.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/version.hpp>
#if ASIO_VERSION >= 101900
#include <asio/associated_cancellation_slot.hpp>
#endif

#include <utility>

#define QUOIN_NET ::asio
#define QUOIN_NET_NAME standalone_net
#define QUOIN_NET_ERROR_CODE std::error_code
#define QUOIN_NET_VERSION ASIO_VERSION
#include <quoin/asio/net/names.ipp>
