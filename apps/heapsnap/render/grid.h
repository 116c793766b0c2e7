// The cells of a table as text: what the renderers for people share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "apps/heapsnap/render/cell_text.h"
#include "apps/heapsnap/render/renderers.h"
#include "apps/heapsnap/report.h"

namespace heapsnap {

struct Grid {
  std::vector<std::string> heading;
  std::vector<bool> right;  // by column: aligned at the right
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> others;  // empty: there is none
  std::vector<std::string> total;   // the same
};

// Indices of the columns that stand in an answer for people, and in one for scripts. People are
// spared columns in which no row has anything.
std::vector<std::size_t> columns_for_people(const Table& table, bool verbose);
std::vector<std::size_t> columns_for_scripts(const Table& table);

Grid grid_of(const Table& table, const std::vector<std::size_t>& columns, Sizes sizes);

// "app.hsnap: 1,234 objects, 1.2 MiB, Python 3.11.7, pid 42, 2026-03-01T12:00:00Z"
std::string headline(const Origin& snapshot, const Style& style);

}  // namespace heapsnap
