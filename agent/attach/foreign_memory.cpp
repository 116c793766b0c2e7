#include "agent/attach/foreign_memory.h"

#include <sys/uio.h>

#include <algorithm>
#include <cstring>

namespace heapsnap {
namespace {

void* pointer_of(Address address) { return reinterpret_cast<void*>(address); }

}  // namespace

std::string ForeignMemory::c_string(Address address, std::size_t most) const {
  std::string text;
  for (char c = 0; text.size() < most && read(address + text.size(), &c, 1) && c != 0;) text += c;
  return text;
}

bool LiveMemory::read(Address address, void* to, std::size_t size) const {
  const iovec local{to, size}, remote{pointer_of(address), size};
  return process_vm_readv(pid_, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

bool LiveMemory::write(Address address, const void* from, std::size_t size) const {
  const iovec local{const_cast<void*>(from), size}, remote{pointer_of(address), size};
  return process_vm_writev(pid_, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

bool BytesMemory::read(Address address, void* to, std::size_t size) const {
  const std::uint64_t at = address - start_;
  if (at > bytes_.size() || bytes_.size() - at < size) return false;
  if (size != 0) std::memcpy(to, bytes_.data() + at, size);  // of nothing, `to` may be null
  return true;
}

}  // namespace heapsnap
