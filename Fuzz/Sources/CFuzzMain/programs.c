// The main functions of the fuzzers.
//
// libFuzzer brings a main of its own, but SwiftPM tells the linker to take "<program>_main", with
// "-" as "_", in its place. So there is one of these for each program.

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one)(const uint8_t *, size_t));
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#define PROGRAM(name)                                                                    \
    int name##_main(int argc, char **argv) {                                             \
        return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput);                \
    }

PROGRAM(fuzz_cty)
PROGRAM(fuzz_describe)
PROGRAM(fuzz_envelope)
PROGRAM(fuzz_gob)
PROGRAM(fuzz_handshake)
PROGRAM(fuzz_messagepack)
PROGRAM(fuzz_netrpc)
PROGRAM(fuzz_specification)
PROGRAM(fuzz_yamux)
