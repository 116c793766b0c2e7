#include "agent/attach/blob_image.h"

// The file's bytes, as the linker gets them from the assembler.
asm(".section .rodata\n"
    ".balign 16\n"
    "heapsnap_blob_begin:\n"
    ".incbin \"" HEAPSNAP_BLOB_FILE "\"\n"
    "heapsnap_blob_end:\n"
    ".previous\n");

extern const std::uint8_t blob_begin[] asm("heapsnap_blob_begin");
extern const std::uint8_t blob_end[] asm("heapsnap_blob_end");

namespace heapsnap {

std::span<const std::uint8_t> embedded_blob() { return {blob_begin, blob_end}; }

}  // namespace heapsnap
