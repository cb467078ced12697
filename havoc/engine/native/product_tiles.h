// Products of a panel with rows, by AMX tiles: 16 rows times 32 inputs times 16 outputs in one instruction.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include "model.h"
#include "team.h"

namespace havoc {

class TileProducts {
public:
    static constexpr const char* name = "amx";

    // The kernel gives a process the tiles only when asked.
    static bool available() {
        constexpr long REQUEST_PERMISSION = 0x1023, TILE_DATA = 18;
        return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
    }

    TileProducts() = default;
    TileProducts(const TileProducts&) = delete;
    ~TileProducts() {
        if (rows_) asm volatile("tilerelease");
    }

    // results[row][16] = the panel's outputs for `rows` (at most 64) rows of `inputs`. A row of a tile does not depend on the
    // other rows, and each is added up in the same order.
    void multiply(const bf16* panel, int64_t depth, const bf16* inputs, int64_t stride, int rows, Floats* results) {
        configure(rows);
        switch ((rows + TILE_ROWS - 1) / TILE_ROWS) {
            case 1: return blocks<1>(panel, depth, inputs, stride, results);
            case 2: return blocks<2>(panel, depth, inputs, stride, results);
            case 3: return blocks<3>(panel, depth, inputs, stride, results);
            default: return blocks<4>(panel, depth, inputs, stride, results);
        }
    }

private:
    static constexpr int TILE_ROWS = 16;
    static constexpr int TILE_DEPTH = 32;
    static constexpr int64_t TILE_BYTES = 1024;
    static constexpr int64_t DISTANCE = TILE_BYTES;  // ahead to fetch from memory; further was slower
    // Registers 0..3 are the sums of up to four blocks of rows. The last block may have fewer rows than 16.
    static constexpr int WEIGHTS = 4, LAST_INPUTS = 5, EVEN_INPUTS = 6, ODD_INPUTS = 7;

    int rows_ = 0;

    void configure(int rows) {
        if (rows == rows_) return;
        rows_ = rows;
        struct alignas(64) {
            uint8_t palette = 1, start = 0, reserved[14] = {};
            uint16_t row_bytes[16] = {};
            uint8_t rows[16] = {};
        } tiles;
        const int last = (rows - 1) / TILE_ROWS;
        for (int tile = 0; tile < 8; ++tile) {
            tiles.row_bytes[tile] = 64;
            tiles.rows[tile] = TILE_ROWS;
        }
        tiles.rows[last] = tiles.rows[LAST_INPUTS] = static_cast<uint8_t>(rows - last * TILE_ROWS);
        asm volatile("ldtilecfg %0" ::"m"(tiles));
    }

    template <int TILE>
    static void clear() {
        asm volatile("tilezero %%tmm%c0" ::"i"(TILE));
    }

    template <int TILE>
    static void load_tile(const void* source, int64_t stride) {
        asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(source), "r"(stride), "i"(TILE) : "memory");
    }

    template <int TILE>
    static void store_tile(void* target) {
        asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(target), "r"(LINE), "i"(TILE) : "memory");
    }

    template <int SUMS, int INPUTS>
    static void add_products_of_tiles() {
        asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(SUMS), "i"(INPUTS), "i"(WEIGHTS));
    }

    template <int BLOCK, int BLOCKS>
    static void add_block(const bf16* inputs, int64_t stride) {
        constexpr int tile = BLOCK == BLOCKS - 1 ? LAST_INPUTS : BLOCK % 2 ? ODD_INPUTS : EVEN_INPUTS;
        load_tile<tile>(inputs + BLOCK * TILE_ROWS * stride, stride * static_cast<int64_t>(sizeof(bf16)));
        add_products_of_tiles<BLOCK, tile>();
    }

    template <int BLOCKS>
    static void blocks(const bf16* panel, int64_t depth, const bf16* inputs, int64_t stride, Floats* results) {
        clear<0>();
        if constexpr (BLOCKS > 1) clear<1>();
        if constexpr (BLOCKS > 2) clear<2>();
        if constexpr (BLOCKS > 3) clear<3>();
        const char* weights = reinterpret_cast<const char*>(panel);
        for (int64_t place = 0; place < depth; place += TILE_DEPTH, weights += TILE_BYTES) {
            for (int64_t line = 0; line < TILE_BYTES; line += LINE) prefetch(weights + DISTANCE + line);
            load_tile<WEIGHTS>(weights, LINE);
            add_block<0, BLOCKS>(inputs + place, stride);
            if constexpr (BLOCKS > 1) add_block<1, BLOCKS>(inputs + place, stride);
            if constexpr (BLOCKS > 2) add_block<2, BLOCKS>(inputs + place, stride);
            if constexpr (BLOCKS > 3) add_block<3, BLOCKS>(inputs + place, stride);
        }
        store_tile<0>(results);
        if constexpr (BLOCKS > 1) store_tile<1>(results + TILE_ROWS);
        if constexpr (BLOCKS > 2) store_tile<2>(results + 2 * TILE_ROWS);
        if constexpr (BLOCKS > 3) store_tile<3>(results + 3 * TILE_ROWS);
    }
};

}  // namespace havoc
