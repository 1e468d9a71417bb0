#!/bin/sh
# Builds a guest image: build.sh NAME [OUTPUT]. Needs gcc and GNU ld for x86-64.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=${1:?usage: build.sh NAME [OUTPUT], where NAME is a folder beside this script}
output=${2:-$here/$name.elf}
cd "$here"
# Names without folders and no build id: the same compiler gives the same bytes anywhere.
${CC:-gcc} -std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -static -nostdlib \
  -mgeneral-regs-only -mno-red-zone -fno-pic -no-pie -fno-stack-protector \
  -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
  -Wl,-T,link.ld,--build-id=none,-z,noexecstack,-s -o "$output" "$name"/*.c
