// Products of a panel with rows, by vectors: bf16 dot products where the processor has them, else fp32.
#pragma once

#include "model.h"
#include "no_tiles.h"
#include "team.h"

namespace havoc {

class VectorProducts {
public:
    static constexpr const char* name =
#if defined(__AVX512BF16__)
        "avx512_bf16";
#else
        "portable";
#endif

    static bool available() { return true; }

    explicit VectorProducts(const Tiles&) {}

    // results[row][16] = the panel's outputs for `rows` (at most 64) rows of `inputs`. Each result is one chain of additions
    // along the depth, so it is the same whatever the other rows are.
    void multiply(const bf16* panel, int64_t depth, const bf16* inputs, int64_t stride, int rows, Floats* results) {
        int row = 0;
        for (; row + BLOCK <= rows; row += BLOCK) block<BLOCK>(panel, depth, inputs + row * stride, stride, results + row);
        for (; row + 4 <= rows; row += 4) block<4>(panel, depth, inputs + row * stride, stride, results + row);
        for (; row < rows; ++row) block<1>(panel, depth, inputs + row * stride, stride, results + row);
    }

private:
    static constexpr int BLOCK = 8;                // rows for which a weight is loaded once
    static constexpr int64_t DISTANCE = 6 * 1024;  // bytes ahead to fetch from memory

    template <int ROWS>
    static void block(const bf16* panel, int64_t depth, const bf16* inputs, int64_t stride, Floats* results) {
        Floats sums[ROWS] = {};
        for (int64_t pair = 0; pair < depth / 2; ++pair) {
            const bf16* place = panel + 2 * PANEL * pair;
            prefetch(reinterpret_cast<const char*>(place) + DISTANCE);
            const Words weights = load<Words>(place);
            for (int row = 0; row < ROWS; ++row) {
                const Words input = all_words(load<uint32_t>(inputs + row * stride + 2 * pair));
                sums[row] = add_products(sums[row], input, weights);
            }
        }
        for (int row = 0; row < ROWS; ++row) results[row] = sums[row];
    }
};

}  // namespace havoc
