// The registers of AMX: eight tiles of 16 rows of 64 bytes, and what is done with them.
#pragma once

#include <cstdint>
#include <sys/syscall.h>
#include <unistd.h>

namespace havoc {

// One thread's tiles. Whoever multiplies says first how many rows the tiles of its last block have.
class Tiles {
public:
    static constexpr int ROWS = 16;
    static constexpr int DEPTH = 32;         // bf16 numbers of a row
    static constexpr int64_t BYTES = 1024;
    static constexpr int64_t ROW_BYTES = 64;

    // The kernel gives a process the tiles only when asked.
    static bool available() {
        constexpr long REQUEST_PERMISSION = 0x1023, TILE_DATA = 18;
        return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
    }

    Tiles() = default;
    Tiles(const Tiles&) = delete;
    ~Tiles() {
        if (rows_) asm volatile("tilerelease");
    }

    // All tiles have 16 rows.
    void configure() { configure(ROWS, 0, 0); }

    // The tiles `sums` and `inputs` have `rows` rows, all others 16.
    void configure(int rows, int sums, int inputs) {
        if (rows == rows_ && (rows == ROWS || sums == sums_)) return;
        rows_ = rows;
        sums_ = sums;
        struct alignas(64) {
            uint8_t palette = 1, start = 0, reserved[14] = {};
            uint16_t row_bytes[16] = {};
            uint8_t rows[16] = {};
        } tiles;
        for (int tile = 0; tile < 8; ++tile) {
            tiles.row_bytes[tile] = ROW_BYTES;
            tiles.rows[tile] = ROWS;
        }
        tiles.rows[sums] = tiles.rows[inputs] = static_cast<uint8_t>(rows);
        asm volatile("ldtilecfg %0" ::"m"(tiles));
    }

    template <int TILE>
    static void clear() {
        asm volatile("tilezero %%tmm%c0" ::"i"(TILE));
    }

    // Rows lie `stride` bytes apart.
    template <int TILE>
    static void load(const void* source, int64_t stride = ROW_BYTES) {
        asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(source), "r"(stride), "i"(TILE) : "memory");
    }

    template <int TILE>
    static void store(void* target, int64_t stride = ROW_BYTES) {
        asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(target), "r"(stride), "i"(TILE) : "memory");
    }

    // sums [16][16] += inputs [16][32] * weights [16 pairs][16][2]
    template <int SUMS, int INPUTS, int WEIGHTS>
    static void add_products() {
        asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(SUMS), "i"(INPUTS), "i"(WEIGHTS));
    }

private:
    int rows_ = 0, sums_ = 0;
};

}  // namespace havoc
