// Products of a panel with rows, by AMX tiles: 16 rows times 32 inputs times 16 outputs in one instruction.
#pragma once

#include "model.h"
#include "team.h"
#include "tiles.h"

namespace havoc {

class TileProducts {
public:
    static constexpr const char* name = "amx";

    static bool available() { return Tiles::available(); }

    explicit TileProducts(Tiles& tiles) : tiles_(tiles) {}

    // results[row][16] = the panel's outputs for `rows` (at most 64) rows of `inputs`. A row of a tile does not depend on the
    // other rows, and each is added up in the same order.
    void multiply(const bf16* panel, int64_t depth, const bf16* inputs, int64_t stride, int rows, Floats* results) {
        const int last = (rows - 1) / Tiles::ROWS;
        tiles_.configure(rows - last * Tiles::ROWS, last, LAST_INPUTS);
        switch (last) {
            case 0: return blocks<1>(panel, depth, inputs, stride, results);
            case 1: return blocks<2>(panel, depth, inputs, stride, results);
            case 2: return blocks<3>(panel, depth, inputs, stride, results);
            default: return blocks<4>(panel, depth, inputs, stride, results);
        }
    }

private:
    static constexpr int64_t DISTANCE = Tiles::BYTES;  // ahead to fetch from memory; further was slower
    // Registers 0..3 are the sums of up to four blocks of rows. The last block may have fewer rows than 16.
    static constexpr int WEIGHTS = 4, LAST_INPUTS = 5, EVEN_INPUTS = 6, ODD_INPUTS = 7;

    Tiles& tiles_;

    template <int BLOCK, int BLOCKS>
    static void add_block(const bf16* inputs, int64_t stride) {
        constexpr int tile = BLOCK == BLOCKS - 1 ? LAST_INPUTS : BLOCK % 2 ? ODD_INPUTS : EVEN_INPUTS;
        Tiles::load<tile>(inputs + BLOCK * Tiles::ROWS * stride, stride * static_cast<int64_t>(sizeof(bf16)));
        Tiles::add_products<BLOCK, tile, WEIGHTS>();
    }

    template <int BLOCKS>
    static void blocks(const bf16* panel, int64_t depth, const bf16* inputs, int64_t stride, Floats* results) {
        Tiles::clear<0>();
        if constexpr (BLOCKS > 1) Tiles::clear<1>();
        if constexpr (BLOCKS > 2) Tiles::clear<2>();
        if constexpr (BLOCKS > 3) Tiles::clear<3>();
        const char* weights = reinterpret_cast<const char*>(panel);
        for (int64_t place = 0; place < depth; place += Tiles::DEPTH, weights += Tiles::BYTES) {
            for (int64_t line = 0; line < Tiles::BYTES; line += LINE) prefetch(weights + DISTANCE + line);
            Tiles::load<WEIGHTS>(weights);
            add_block<0, BLOCKS>(inputs + place, stride);
            if constexpr (BLOCKS > 1) add_block<1, BLOCKS>(inputs + place, stride);
            if constexpr (BLOCKS > 2) add_block<2, BLOCKS>(inputs + place, stride);
            if constexpr (BLOCKS > 3) add_block<3, BLOCKS>(inputs + place, stride);
        }
        Tiles::store<0>(results);
        if constexpr (BLOCKS > 1) Tiles::store<1>(results + Tiles::ROWS);
        if constexpr (BLOCKS > 2) Tiles::store<2>(results + 2 * Tiles::ROWS);
        if constexpr (BLOCKS > 3) Tiles::store<3>(results + 3 * Tiles::ROWS);
    }
};

}  // namespace havoc
