// What stands for tiles on processors that have none: nothing is attended to by them.
#pragma once

#include <limits>

#include "attention.h"

namespace havoc {

struct Tiles {};

struct TileAttender {
    static constexpr int64_t LEAST_TOKENS = std::numeric_limits<int64_t>::max();
    static constexpr int64_t MOST_WIDTH = 0;
    static constexpr int QUERIES = 1;

    explicit TileAttender(Tiles&) {}
    static int64_t copied(const Model&, int64_t) { return 0; }
    void copy(const Attention&, const Piece&) {}
    void attend(const Attention&, const Piece&) {}
};

}  // namespace havoc
