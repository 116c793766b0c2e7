#include "agent/image/memory_image.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace heapsnap {
namespace {

Address end_of(const ImagePiece& piece) { return piece.start + piece.bytes.size(); }

// Whether the second goes on where the first ends, here and there.
bool continues(const ImagePiece& first, const ImagePiece& second) {
  return end_of(first) == second.start &&
         first.bytes.data() + first.bytes.size() == second.bytes.data() &&
         first.writable == second.writable && first.anonymous == second.anonymous;
}

ImagePiece part_of(const ImagePiece& piece, Address start, Address end) {
  ImagePiece part = piece;
  part.start = start;
  part.bytes = piece.bytes.subspan(start - piece.start, end - start);
  return part;
}

}  // namespace

void MemoryImage::add(const ImagePiece& piece) {
  if (piece.bytes.empty() || piece.start > ~Address{0} - piece.bytes.size()) return;
  pieces_.push_back(piece);
}

void MemoryImage::seal() {
  // What was added first is taken whole, and of the others what it leaves free.
  std::map<Address, ImagePiece> taken;  // by their ends
  for (const ImagePiece& piece : pieces_) {
    Address start = piece.start;
    while (start < end_of(piece)) {
      const auto next = taken.upper_bound(start);
      const bool is_last = next == taken.end() || next->second.start >= end_of(piece);
      const Address end = is_last ? end_of(piece) : next->second.start;
      const Address after = is_last ? end : next->first;
      if (start < end) taken.emplace(end, part_of(piece, start, end));
      start = after;
    }
  }
  pieces_.clear();
  size_ = 0;
  for (const auto& [end, piece] : taken) {
    size_ += piece.bytes.size();
    if (!pieces_.empty() && continues(pieces_.back(), piece)) {
      pieces_.back().bytes = {pieces_.back().bytes.data(),
                              pieces_.back().bytes.size() + piece.bytes.size()};
    } else {
      pieces_.push_back(piece);
    }
  }
  recent_ = {};
}

const ImagePiece* MemoryImage::search(Address address) const {
  const auto piece = std::ranges::upper_bound(pieces_, address, {}, end_of);
  return piece != pieces_.end() && piece->holds(address, 1) ? &*piece : nullptr;
}

bool MemoryImage::read(Address address, void* to, std::size_t size) const {
  auto* out = static_cast<std::uint8_t*>(to);
  while (size > 0) {
    const ImagePiece* const piece = find(address);
    if (piece == nullptr) return false;
    const std::size_t some = std::min<std::uint64_t>(size, end_of(*piece) - address);
    std::memcpy(out, piece->at(address), some);
    out += some;
    size -= some;
    address += some;
  }
  return true;
}

}  // namespace heapsnap
