#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# In the runner's container: sets up the simulated network, waits for it, and becomes the endpoint.
set -euo pipefail
# It removes routes, too, that not every container has, and says so by its exit code.
/setup.sh || true
if [[ $ROLE == client ]]; then /wait-for-it.sh sim:57832 -s -t 30; fi
exec /quoin/examples/interop/run_endpoint.sh
