// Attention of new tokens to the keys and values of their sequences, read where they lie.
#pragma once

#include <algorithm>
#include <cmath>

#include "model.h"
#include "team.h"

namespace havoc {

// Tokens that are attended to in one piece. Of longer contexts the pieces' results are merged in their order, so that it does not
// matter which thread computes which piece.
constexpr int CHUNK = 256;

// The new tokens of one sequence.
struct Stretch {
    int64_t first;          // row of the first
    int64_t length;
    int64_t end;            // tokens that the sequence has with them
    const int64_t* blocks;
    int64_t chunks;
    int64_t part;           // number of its first `Part`, where it has several chunks
    int64_t copies;         // where the copies of its keys and values begin, where there are any
};

// Work for one thread: one chunk, or one block of queries, of a stretch and a key head.
struct Piece {
    const Stretch* stretch;
    int64_t number, kv_head;
};

// What a row's head has from one chunk: a weighted sum of values, [head_dim], behind these.
struct Part {
    float weight, most;     // the sum of the weights, and the score whose weight is 1; a weight of 0 where it saw nothing

    float* values() { return reinterpret_cast<float*>(this + 1); }
};

inline int64_t part_bytes(const Model& model) { return static_cast<int64_t>(sizeof(Part)) + model.head_dim * 4; }

struct Attention {
    const Model& model;
    const bf16* store;      // of the layer
    const int64_t* positions;
    const bf16* queries;    // [rows, heads, head_dim], rotated
    bf16* mixed;            // [rows, mixed_stride]: the results
    int64_t mixed_stride;
    char* parts;            // [stretches with several chunks][length][heads][chunks]
    bf16* copies;           // keys and values in the order of tiles

    Part* part(const Stretch& stretch, int64_t row, int64_t head, int64_t chunk) const {
        const int64_t number = ((row - stretch.first) * model.heads + head) * stretch.chunks + chunk;
        return reinterpret_cast<Part*>(parts + (stretch.part + number) * part_bytes(model));
    }

    const bf16* query(int64_t row, int64_t head) const { return queries + (row * model.heads + head) * model.head_dim; }

    bf16* result(int64_t row, int64_t head) const { return mixed + row * mixed_stride + head * model.head_dim; }
};

// The result of `row`'s `head` from those of its chunks.
inline void merge(const Attention& a, const Stretch& stretch, int64_t row, int64_t head) {
    float most = -INFINITY;
    for (int64_t chunk = 0; chunk < stretch.chunks; ++chunk) {
        const Part* part = a.part(stretch, row, head, chunk);
        if (part->weight != 0 && part->most > most) most = part->most;
    }
    for (int64_t place = 0; place < a.model.head_dim; place += LANES) {
        Floats sum = {}, weight = {};
        for (int64_t chunk = 0; chunk < stretch.chunks; ++chunk) {
            Part* part = a.part(stretch, row, head, chunk);
            if (part->weight == 0) continue;
            const Floats scale = exponential(all(part->most - most));
            sum += load<Floats>(part->values() + place) * scale;
            weight += all(part->weight) * scale;
        }
        store(a.result(row, head) + place, to_bf16(sum / weight));
    }
}

constexpr int AHEAD = 2 * LANES;  // keys to fetch from memory before they are read

inline void fetch(const bf16* numbers, int64_t width) {
    for (int64_t place = 0; place < width; place += LINE / 2) prefetch(reinterpret_cast<const char*>(numbers + place));
}

// Writes the places of `count` keys from token `start` on, and behind them the last one again; returns the way from a key to its
// value.
inline int64_t locate(const Attention& a, const Stretch& stretch, int64_t start, int count, int64_t kv_head, const bf16** keys) {
    const int64_t width = a.model.head_dim, token = 2 * a.model.kv_heads * width, size = a.model.block_size;
    int64_t block = start / size, place = start % size;
    int i = 0;
    while (i < count) {
        const bf16* key = a.store + (stretch.blocks[block] * size + place) * token + kv_head * width;
        for (; place < size && i < count; ++place, key += token) keys[i++] = key;
        ++block;
        place = 0;
    }
    std::fill(keys + i, keys + i + AHEAD, keys[i - 1]);
    for (int key = 0; key < std::min(count, AHEAD); ++key) fetch(keys[key], width);
    return a.model.kv_heads * width;
}

// Attends to one chunk at a time; one thread's work space. All numbers are widened to fp32: the products are few, and the bf16
// instruction of many processors has half the speed of the fp32 one.
class Attender {
public:
    void attend(const Attention& a, const Piece& piece) {
        const Stretch& stretch = *piece.stretch;
        const int64_t start = piece.number * CHUNK;
        const int count = static_cast<int>(std::min<int64_t>(CHUNK, stretch.end - start));
        values_ = locate(a, stretch, start, count, piece.kv_head, keys_);
        const int64_t shared = a.model.heads / a.model.kv_heads;
        const int64_t queries = stretch.length * shared;
        for (int64_t first = 0; first < queries; first += MOST_QUERIES) {
            const int block = static_cast<int>(std::min<int64_t>(MOST_QUERIES, queries - first));
            seen_ = 0;
            for (int i = 0; i < block; ++i) {
                Query& query = queries_[i];
                query.row = stretch.first + (first + i) / shared;
                query.head = piece.kv_head * shared + (first + i) % shared;
                query.seen = static_cast<int>(std::clamp<int64_t>(a.positions[query.row] + 1 - start, 0, count));
                seen_ = std::max(seen_, query.seen);
            }
            switch (block) {
                case 1: attend_block<1>(a, stretch, piece.number); break;
                case 2: attend_block<2>(a, stretch, piece.number); break;
                case 3: attend_block<3>(a, stretch, piece.number); break;
                default: attend_block<MOST_QUERIES>(a, stretch, piece.number);
            }
        }
    }

private:
    static constexpr int MOST_QUERIES = 4;  // for which keys and values are widened once

    struct Query {
        int64_t row, head;
        int seen;           // tokens of the chunk
        float weight, most; // as in Part
    };

    const bf16* keys_[CHUNK + AHEAD];
    int64_t values_;        // from a key to its value
    int seen_;              // tokens of the chunk that the block's queries see at most
    Query queries_[MOST_QUERIES];
    alignas(LINE) float weights_[MOST_QUERIES][CHUNK];

    template <int QUERIES>
    void attend_block(const Attention& a, const Stretch& stretch, int64_t chunk) {
        score<QUERIES>(a);
        for (int i = 0; i < QUERIES; ++i) weigh(queries_[i], weights_[i]);
        constexpr int WIDE = 4;
        int64_t place = 0;
        for (; place + WIDE * LANES <= a.model.head_dim; place += WIDE * LANES) mix<QUERIES, WIDE>(a, stretch, chunk, place);
        for (; place < a.model.head_dim; place += LANES) mix<QUERIES, 1>(a, stretch, chunk, place);
    }

    // The products of the block's queries with the keys that they see, in `weights_`.
    template <int QUERIES>
    void score(const Attention& a) {
        const int64_t width = a.model.head_dim;
        const bf16* queries[QUERIES];
        for (int i = 0; i < QUERIES; ++i) queries[i] = a.query(queries_[i].row, queries_[i].head);
        const Floats scale = all(1.0f / std::sqrt(static_cast<float>(width)));
        for (int first = 0; first < seen_; first += LANES) {
            Floats quarters[QUERIES][4];
            for (int part = 0; part < 4; ++part) {
                const bf16* const* keys = keys_ + first + 4 * part;
                for (int key = 0; key < 4; ++key) {
                    fetch(keys[key + AHEAD], width);
                    fetch(keys[key] + values_, width);
                }
                score_four<QUERIES>(queries, keys, width, part, quarters);
            }
            for (int i = 0; i < QUERIES; ++i) store(weights_[i] + first, sums_of_quarters(quarters[i]) * scale);
        }
    }

    template <int QUERIES>
    static void score_four(const bf16* const* queries, const bf16* const* keys, int64_t width, int part, Floats (*quarters)[4]) {
        constexpr int PAIRS = 2 * LANES;
        Floats sums[QUERIES][4] = {};
        int64_t place = 0;
        for (; place + PAIRS <= width; place += PAIRS) {
            for (int i = 0; i < QUERIES; ++i) {
                const Words query = load<Words>(queries[i] + place);
                for (int key = 0; key < 4; ++key) {
                    const Words numbers = load<Words>(keys[key] + place);
                    sums[i][key] += even(query) * even(numbers);
                    sums[i][key] += odd(query) * odd(numbers);
                }
            }
        }
        if (place < width) {  // 16 numbers, not 32
            for (int i = 0; i < QUERIES; ++i) {
                const Floats query = to_floats(load<Halves>(queries[i] + place));
                for (int key = 0; key < 4; ++key) sums[i][key] += query * to_floats(load<Halves>(keys[key] + place));
            }
        }
        for (int i = 0; i < QUERIES; ++i) quarters[i][part] = quarters_of_sums(sums[i]);
    }

    // Scores become the softmax's weights before the division by their sum.
    void weigh(Query& query, float* weights) const {
        Floats most = all(-INFINITY);
        for (int first = 0; first < query.seen; first += LANES) {
            const Floats scores = seen(load<Floats>(weights + first), query.seen - first);
            store(weights + first, scores);
            most = larger(most, scores);
        }
        query.most = maximum(most);
        Floats weight = {};
        for (int first = 0; first < seen_; first += LANES) {
            Floats weighed = {};
            if (first < query.seen) weighed = exponential(load<Floats>(weights + first) - query.most);
            weight += weighed;
            store(weights + first, weighed);
        }
        query.weight = sum(weight);
    }

    // The first `count` of `scores`, and nothing for the others.
    static Floats seen(Floats scores, int count) {
        constexpr Integers number = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        return number < count ? scores : all(-INFINITY);
    }

    // The weighted sums of the values' numbers from `place` on.
    template <int QUERIES, int VECTORS>
    void mix(const Attention& a, const Stretch& stretch, int64_t chunk, int64_t place) const {
        Floats mixed[QUERIES][VECTORS] = {};
        for (int token = 0; token < seen_; ++token) {
            const bf16* value = keys_[token] + values_ + place;
            for (int v = 0; v < VECTORS; ++v) {
                const Floats numbers = to_floats(load<Halves>(value + v * LANES));
                for (int i = 0; i < QUERIES; ++i) mixed[i][v] += weights_[i][token] * numbers;
            }
        }
        for (int i = 0; i < QUERIES; ++i) {
            for (int v = 0; v < VECTORS; ++v) keep(a, stretch, chunk, queries_[i], place + v * LANES, mixed[i][v]);
        }
    }

    static void keep(const Attention& a, const Stretch& stretch, int64_t chunk, const Query& query, int64_t place, Floats mixed) {
        if (stretch.chunks == 1) return store(a.result(query.row, query.head) + place, to_bf16(mixed / all(query.weight)));
        Part* part = a.part(stretch, query.row, query.head, chunk);
        part->weight = query.weight;
        part->most = query.most;
        store(part->values() + place, mixed);
    }
};

}  // namespace havoc
