#!/bin/sh
# Runs on the machine: makes the folder that the file and the directory go to.
set -eu
mkdir -p "$TARGET"
echo "$GREETING, on $(uname -sm), from build $PACKER_BUILD_NAME" >"$TARGET/greeting"
echo "wrote $TARGET/greeting"
