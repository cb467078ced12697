// What Python hands over. decoder.py has the same structures, field by field.
#pragma once

#include <cstdint>

#include "vectors.h"

namespace havoc {

// Columns of a matrix that are stored together: the width of a tile and of a vector of sums.
constexpr int PANEL = LANES;

// Rows that are multiplied with a panel at a time.
constexpr int MOST_ROWS = 64;

// A matrix [outputs, depth] as panels of 16 outputs, each [depth / 2][16][2]: the 16 outputs' weights for inputs 0 and 1, for 2
// and 3 and so on. Neighbouring panels are computed together where a unit has more than one.
struct Matrix {
    const bf16* panels;
    int64_t units, unit_panels;
    int64_t depth;  // a multiple of 32

    const bf16* panel(int64_t number) const { return panels + number * PANEL * depth; }
};

struct Layer {
    const bf16* attention_norm;
    // Rows of a rotated head are reordered: panel p has 8p..8p+7 of its first half, then the same places of its second half.
    Matrix qkv;
    Matrix out;
    const bf16* mlp_norm;
    Matrix gate_up;  // a unit is a panel of the gate and the same panel of up
    Matrix down;
};

struct Model {
    int64_t layers, width, heads, kv_heads, head_dim, vocab;
    int64_t positions;               // rows of the rotary table
    int64_t blocks, block_size;      // of the store
    float epsilon;
    const Layer* layer;
    const bf16* norm;
    Matrix head;
    const bf16 *cos, *sin;           // [positions, head_dim / 2]
    bf16* store;                     // [layers, blocks, block_size, 2 kv_heads, head_dim], key heads first
};

// Neighbouring sequences with equally many new tokens.
struct Group {
    int64_t first;                   // row of the first token
    int64_t sequences, length;       // tokens of each
    int64_t width;                   // columns of `blocks`
    const int64_t* blocks;           // [sequences, width]
};

struct Step {
    int64_t rows;
    const bf16* embedded;            // [rows, width]
    const int64_t* positions;
    const int64_t* slots;
    int64_t num_wanted;
    const int64_t* wanted;
    int64_t num_groups;
    const Group* groups;
    bf16* logits;                    // [num_wanted, vocab]
};

}  // namespace havoc
