// Attention of many new tokens of a sequence by AMX tiles. Its keys and values are first copied into the order in which tiles
// are multiplied; then 32 queries at a time walk over them, keeping the softmax of what they have seen so far.
#pragma once

#include <immintrin.h>
#include <utility>

#include "attention.h"
#include "tiles.h"

namespace havoc {

class TileAttender {
public:
    // New tokens from which copying keys and values pays; and more than the engine checks guesses with, which have to get the
    // numbers that they would get one by one.
    static constexpr int64_t LEAST_TOKENS = 17;
    static constexpr int64_t MOST_WIDTH = 256;  // of a head
    static constexpr int QUERIES = 2 * Tiles::ROWS;

    explicit TileAttender(Tiles& tiles) : tiles_(tiles) {}

    // Numbers that the copies of a stretch's keys and values take, for all key heads.
    static int64_t copied(const Model& model, int64_t end) {
        return model.kv_heads * ((end + STEP - 1) / STEP) * step_numbers(padded(model.head_dim));
    }

    // Copies one chunk of a key head; with zeros behind the last token.
    void copy(const Attention& a, const Piece& piece) {
        const Stretch& stretch = *piece.stretch;
        const int64_t start = piece.number * CHUNK, width = a.model.head_dim, wide = padded(width);
        const int count = static_cast<int>(std::min<int64_t>(CHUNK, stretch.end - start));
        const int64_t values = locate(a, stretch, start, count, piece.kv_head, rows_);
        for (int first = 0; first < count; first += STEP) {
            bf16* target = copies(a, stretch, piece.kv_head, (start + first) / STEP);
            for (int key = first; key < first + STEP; key += LANES, target += LANES * wide) {
                copy_keys(rows_ + key, count - key, width, target);
            }
            for (int token = first; token < first + STEP; token += Tiles::DEPTH, target += Tiles::DEPTH * wide) {
                copy_values(rows_ + token, values, count - token, width, target);
            }
        }
    }

    // The results of `QUERIES` queries of a key head, from number `piece.number * QUERIES` of the stretch on.
    void attend(const Attention& a, const Piece& piece) {
        tiles_.configure();
        const int64_t seen = begin(a, piece);
        const int64_t wide = padded(a.model.head_dim);
        for (int64_t start = 0; start < seen; start += SPAN) {
            const int64_t steps = (std::min<int64_t>(SPAN, seen - start) + STEP - 1) / STEP;
            const bf16* copied = copies(a, *piece.stretch, piece.kv_head, start / STEP);
            score(copied, wide, steps);
            for (int query = 0; query < QUERIES; ++query) weigh(query, start, steps * STEP, wide);
            mix(copied, wide, steps);
        }
        finish(a, piece);
    }

private:
    static constexpr int STEP = 64;   // tokens whose copies lie together: keys, then values
    static constexpr int SPAN = 256;  // tokens whose scores are kept at a time
    static constexpr int SCORES = SPAN + LANES;  // from one row of scores to the next: not all in the same sets of a cache

    Tiles& tiles_;
    const bf16* rows_[CHUNK + AHEAD];
    int64_t seen_[QUERIES];    // tokens
    float most_[QUERIES];      // the score whose weight is 1, times log2(e) / sqrt(head_dim)
    float weight_[QUERIES];    // the sum of the weights
    float scale_;              // log2(e) / sqrt(head_dim)
    alignas(LINE) bf16 queries_[QUERIES * MOST_WIDTH];
    alignas(LINE) float scores_[QUERIES * SCORES];  // and then the weights in bf16, in the first half of each row
    alignas(LINE) float mixed_[QUERIES * MOST_WIDTH];

    // Of a key, and of a value: pairs of tiles.
    static int64_t padded(int64_t width) { return (width + Tiles::DEPTH - 1) / Tiles::DEPTH * Tiles::DEPTH; }

    static int64_t step_numbers(int64_t wide) { return 2 * STEP * wide; }

    static bf16* copies(const Attention& a, const Stretch& stretch, int64_t kv_head, int64_t step) {
        const int64_t steps = (stretch.end + STEP - 1) / STEP;
        return a.copies + stretch.copies + (kv_head * steps + step) * step_numbers(padded(a.model.head_dim));
    }

    // 16 keys as tiles of weights: [padded / 32][16 pairs of numbers][16 keys][2].
    static void copy_keys(const bf16* const* keys, int count, int64_t width, bf16* target) {
        for (int64_t place = 0; place < width; place += Tiles::DEPTH, target += Tiles::DEPTH * LANES) {
            const bool half = width - place < Tiles::DEPTH;
            Words pairs[LANES];
            for (int key = 0; key < LANES; ++key) {
                pairs[key] = key < count ? load_pairs(keys[key] + place, half) : Words{};
            }
            transpose(pairs);
            for (int row = 0; row < LANES; ++row) store(target + 2 * LANES * row, pairs[row]);
        }
    }

    static Words load_pairs(const bf16* numbers, bool half) {
        if (!half) return load<Words>(numbers);
        Words pairs{};
        std::memcpy(&pairs, numbers, sizeof pairs / 2);
        return pairs;
    }

    // 32 values as tiles of weights: [padded / 16][16 pairs of tokens][16 numbers][2].
    static void copy_values(const bf16* const* keys, int64_t values, int count, int64_t width, bf16* target) {
        for (int64_t place = 0; place < padded(width); place += LANES) {
            for (int token = 0; token < Tiles::DEPTH; token += 2, target += 2 * LANES) {
                const bool inside = place < width;
                const Words even = inside && token < count ? widened(load<Halves>(keys[token] + values + place)) : Words{};
                const Words odd = inside && token + 1 < count ? widened(load<Halves>(keys[token + 1] + values + place)) : Words{};
                store(target, even | odd << 16);
            }
        }
    }

    static void transpose(Words (&rows)[LANES]) {
        swap_blocks<8>(rows);
        swap_blocks<4>(rows);
        swap_blocks<2>(rows);
        swap_blocks<1>(rows);
    }

    // Of every square of 2 SIZE rows and lanes, the upper right quarter changes places with the lower left one.
    template <int SIZE>
    static void swap_blocks(Words (&rows)[LANES]) {
        for (int row = 0; row < LANES; ++row) {
            if (row & SIZE) continue;
            const Words upper = rows[row], lower = rows[row + SIZE];
            rows[row] = left<SIZE>(upper, lower, std::make_integer_sequence<int, LANES>());
            rows[row + SIZE] = right<SIZE>(upper, lower, std::make_integer_sequence<int, LANES>());
        }
    }

    template <int SIZE, int... LANE>
    static Words left(Words upper, Words lower, std::integer_sequence<int, LANE...>) {
        return __builtin_shufflevector(upper, lower, (LANE & SIZE ? LANES + LANE - SIZE : LANE)...);
    }

    template <int SIZE, int... LANE>
    static Words right(Words upper, Words lower, std::integer_sequence<int, LANE...>) {
        return __builtin_shufflevector(upper, lower, (LANE & SIZE ? LANES + LANE : LANE + SIZE)...);
    }

    // Copies the queries, and returns how many tokens they see at most.
    int64_t begin(const Attention& a, const Piece& piece) {
        constexpr float LOG2_E = 1.44269504f, LOWEST = -1e30f;
        const int64_t width = a.model.head_dim, wide = padded(width);
        scale_ = LOG2_E / std::sqrt(static_cast<float>(width));
        std::fill(queries_, queries_ + QUERIES * wide, bf16{0});
        std::fill(mixed_, mixed_ + QUERIES * wide, 0.0f);
        int64_t most = 0;
        for (int i = 0; i < QUERIES; ++i) {
            most_[i] = LOWEST;
            weight_[i] = 0;
            seen_[i] = 0;
            const Query query = this->query(a.model, piece, i);
            if (query.row < 0) continue;
            seen_[i] = a.positions[query.row] + 1;
            most = std::max(most, seen_[i]);
            std::memcpy(queries_ + i * wide, a.query(query.row, query.head), static_cast<size_t>(width) * sizeof(bf16));
        }
        return most;
    }

    struct Query {
        int64_t row, head;  // -1 behind the stretch's last
    };

    static Query query(const Model& model, const Piece& piece, int number) {
        const int64_t shared = model.heads / model.kv_heads, query = piece.number * QUERIES + number;
        if (query >= piece.stretch->length * shared) return {-1, -1};
        return {piece.stretch->first + query / shared, piece.kv_head * shared + query % shared};
    }

    // sums [32][32] (+)= inputs [32][32 * count] * two rows of `count` tiles: `across` numbers lie between the rows, `down`
    // between the tiles of a row.
    template <bool CLEAR>
    static void multiply(const void* inputs, int64_t input_bytes, const bf16* weights, int64_t across, int64_t down,
                         int64_t count, float* sums, int64_t sum_bytes) {
        const char* upper = static_cast<const char*>(inputs);
        const char* lower = upper + Tiles::ROWS * input_bytes;
        char* target = reinterpret_cast<char*>(sums);
        char* below = target + Tiles::ROWS * sum_bytes;
        if constexpr (CLEAR) {
            Tiles::clear<0>();
            Tiles::clear<1>();
            Tiles::clear<2>();
            Tiles::clear<3>();
        } else {
            Tiles::load<0>(target, sum_bytes);
            Tiles::load<1>(target + Tiles::ROW_BYTES, sum_bytes);
            Tiles::load<2>(below, sum_bytes);
            Tiles::load<3>(below + Tiles::ROW_BYTES, sum_bytes);
        }
        for (int64_t i = 0; i < count; ++i, upper += Tiles::ROW_BYTES, lower += Tiles::ROW_BYTES, weights += down) {
            Tiles::load<4>(upper, input_bytes);
            Tiles::load<6>(weights);
            Tiles::add_products<0, 4, 6>();
            Tiles::load<7>(weights + across);
            Tiles::add_products<1, 4, 7>();
            Tiles::load<5>(lower, input_bytes);
            Tiles::add_products<2, 5, 6>();
            Tiles::add_products<3, 5, 7>();
        }
        Tiles::store<0>(target, sum_bytes);
        Tiles::store<1>(target + Tiles::ROW_BYTES, sum_bytes);
        Tiles::store<2>(below, sum_bytes);
        Tiles::store<3>(below + Tiles::ROW_BYTES, sum_bytes);
    }

    static constexpr int64_t NUMBER = sizeof(bf16), SUM = sizeof(float);  // bytes
    static constexpr int64_t TILE = Tiles::BYTES / NUMBER;

    void score(const bf16* copied, int64_t wide, int64_t steps) {
        const int64_t tiles = wide / Tiles::DEPTH;
        for (int64_t step = 0; step < steps; ++step, copied += step_numbers(wide)) {
            for (int64_t key = 0; key < STEP; key += 2 * LANES) {
                multiply<true>(queries_, wide * NUMBER, copied + key * wide, tiles * TILE, TILE, tiles,
                               scores_ + step * STEP + key, SCORES * SUM);
            }
        }
    }

    void mix(const bf16* copied, int64_t wide, int64_t steps) {
        const int64_t across = wide / LANES;  // tiles, each of 32 values
        const auto weights = reinterpret_cast<const bf16*>(scores_);
        for (int64_t step = 0; step < steps; ++step, copied += step_numbers(wide)) {
            for (int64_t tile = 0; tile < across; tile += 2) {
                multiply<false>(weights + step * STEP, SCORES * SUM, copied + STEP * wide + tile * TILE, TILE, across * TILE,
                                STEP / Tiles::DEPTH, mixed_ + tile * LANES, wide * SUM);
            }
        }
    }

    // Turns the scores of tokens from `start` on into weights, and what was mixed before to their scale.
    void weigh(int query, int64_t start, int64_t count, int64_t wide) {
        float* scores = scores_ + query * SCORES;
        bf16* weights = reinterpret_cast<bf16*>(scores);
        const int64_t seen = std::clamp<int64_t>(seen_[query] - start, 0, count), whole = seen / LANES * LANES;
        Floats most = all(-INFINITY);
        if (whole < seen) {
            // Later tokens of the sequence count as nothing.
            const Floats last = first(load<Floats>(scores + whole), static_cast<int>(seen - whole));
            store(scores + whole, last);
            most = last;
        }
        for (int64_t place = 0; place < whole; place += LANES) most = larger(most, load<Floats>(scores + place));
        const float before = most_[query], now = std::max(before, maximum(most) * scale_);
        Floats weight = {};
        int64_t place = 0;
        for (; place < seen; place += LANES) {
            const Floats weighed = power_of_two(load<Floats>(scores + place) * scale_ - now);
            weight += weighed;
            store(weights + place, to_bf16(weighed));
        }
        for (; place < count; place += LANES) store(weights + place, Halves{});
        if (now != before) {
            const Floats fade = power_of_two(all(before - now));
            weight_[query] *= fade[0];
            float* mixed = mixed_ + query * wide;
            for (int64_t number = 0; number < wide; number += LANES) store(mixed + number, load<Floats>(mixed + number) * fade);
            most_[query] = now;
        }
        weight_[query] += sum(weight);
    }

    // The first `count` of `scores`; the others as low as can be.
    static Floats first(Floats scores, int count) {
        constexpr float LOWEST = -1e38f;
        constexpr Integers number = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        return number < count ? scores : all(LOWEST);
    }

    // 2^x with a relative error of 3e-6, far below what is left of a weight in bf16; NaN for NaN.
    static Floats power_of_two(Floats x) {
        const Floats whole = (Floats)_mm512_roundscale_ps((__m512)x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        const Floats rest = x - whole;
        Floats series = all(9.56051e-3f);  // a least-squares fit on -1/2..1/2 at Chebyshev's points
        series = series * rest + 5.591704e-2f;
        series = series * rest + 2.4024981e-1f;
        series = series * rest + 6.9312197e-1f;
        series = series * rest + 9.9999919e-1f;
        return (Floats)_mm512_scalef_ps((__m512)series, (__m512)whole);
    }

    void finish(const Attention& a, const Piece& piece) const {
        const int64_t width = a.model.head_dim, wide = padded(width);
        for (int i = 0; i < QUERIES; ++i) {
            const Query query = this->query(a.model, piece, i);
            if (query.row < 0) return;
            bf16* result = a.result(query.row, query.head);
            for (int64_t place = 0; place < width; place += LANES) {
                store(result + place, to_bf16(load<Floats>(mixed_ + i * wide + place) / all(weight_[i])));
            }
        }
    }
};

}  // namespace havoc
