// What the threads of a step share: the model, work space that grows with the batch, and who attends to what.
#pragma once

#include <vector>

#include "attention.h"
#include "model.h"
#include "team.h"

#if defined(__AMX_TILE__) && defined(__AMX_BF16__)
#include "attention_tiles.h"
#include "product_tiles.h"
namespace havoc {
using Products = TileProducts;
}
#else
#include "no_tiles.h"
#include "product_vectors.h"
namespace havoc {
using Products = VectorProducts;
}
#endif

namespace havoc {

// Numbers on a line of their own.
template <class Number>
class Numbers {
public:
    Numbers() = default;
    Numbers(const Numbers&) = delete;

    Number* data() { return first_; }

    // Makes room for `count`; what was there is lost where there was less, and all are zero.
    void grow(int64_t count) {
        const auto needed = static_cast<size_t>(count) + LINE / sizeof(Number);
        if (needed <= memory_.size()) return;
        memory_ = std::vector<Number>();  // first, so that both are never in memory
        memory_.resize(needed);
        const auto address = reinterpret_cast<uintptr_t>(memory_.data());
        first_ = memory_.data() + (LINE - address % LINE) % LINE / sizeof(Number);
    }

private:
    std::vector<Number> memory_;
    Number* first_ = nullptr;
};

// Rows of bf16. Strides are the depths of the matrices that read them: what pads them stays zero.
class Rows {
public:
    explicit Rows(int64_t stride) : stride(stride) {}

    void grow(int64_t rows) { numbers_.grow(rows * stride); }
    bf16* operator[](int64_t row) { return numbers_.data() + row * stride; }

    const int64_t stride;

private:
    Numbers<bf16> numbers_;
};

// Pieces of work that threads take one by one, in every layer anew.
class Queue {
public:
    explicit Queue(int64_t layers) : taken_(static_cast<size_t>(layers)) {}

    void clear() {
        pieces_.clear();
        for (auto& layer : taken_) layer.store(0, std::memory_order_relaxed);
    }

    void add(const Piece& piece) { pieces_.push_back(piece); }

    bool empty() const { return pieces_.empty(); }

    // Null where all are taken.
    const Piece* take(int64_t layer) {
        const auto number = static_cast<size_t>(taken_[static_cast<size_t>(layer)].fetch_add(1, std::memory_order_relaxed));
        return number < pieces_.size() ? &pieces_[number] : nullptr;
    }

private:
    std::vector<Piece> pieces_;
    std::vector<std::atomic<int64_t>> taken_;
};

class Decoder {
public:
    explicit Decoder(const Model& model)
        : model(model),
          layers(model.layer, model.layer + model.layers),
          hidden(model.width),
          normed(model.width),
          queries(model.heads * model.head_dim),
          mixed(layers[0].out.depth),
          gated(layers[0].down.depth),
          to_copy(model.layers),
          blocks(model.layers),
          chunks(model.layers) {}

    // Looks at every number that becomes an address; false where one leads outside.
    bool prepare(const Step& next) {
        step = next;
        if (step.rows < 1 || !in_range(step.num_wanted, 0, step.rows)) return false;
        for (int64_t row = 0; row < step.rows; ++row) {
            if (!in_range(step.positions[row], 0, model.positions - 1)) return false;
            if (!in_range(step.slots[row], 0, model.blocks * model.block_size - 1)) return false;
        }
        for (int64_t i = 0; i < step.num_wanted; ++i) {
            if (!in_range(step.wanted[i], 0, step.rows - 1)) return false;
        }
        if (!add_stretches()) return false;
        add_pieces();
        for (Rows* rows : {&hidden, &normed, &queries, &mixed, &gated}) rows->grow(step.rows);
        return true;
    }

    // Whether a stretch is attended to by tiles depends on nothing but itself, as all else that its results depend on.
    bool by_tiles(const Stretch& stretch) const {
        return stretch.length >= TileAttender::LEAST_TOKENS && model.head_dim <= TileAttender::MOST_WIDTH;
    }

    // Whether the results of its chunks are merged.
    bool in_parts(const Stretch& stretch) const { return stretch.chunks > 1 && !by_tiles(stretch); }

    const Model model;
    const std::vector<Layer> layers;
    Step step{};
    std::vector<Stretch> stretches;
    bool merges = false;             // whether a stretch is attended to in parts
    Numbers<char> parts;
    Numbers<bf16> copies;
    Rows hidden, normed, queries, mixed, gated;
    Queue to_copy;                   // chunks of stretches that are attended to by tiles
    Queue blocks;                    // of queries of these stretches
    Queue chunks;                    // of all others
    Barrier barrier;

private:
    static bool in_range(int64_t number, int64_t least, int64_t most) { return least <= number && number <= most; }

    bool add_stretches() {
        stretches.clear();
        int64_t row = 0, parts_before = 0, copies_before = 0;
        for (int64_t i = 0; i < step.num_groups; ++i) {
            const Group& group = step.groups[i];
            if (group.first != row || group.sequences < 1 || group.length < 1) return false;
            for (int64_t sequence = 0; sequence < group.sequences; ++sequence, row += group.length) {
                if (row + group.length > step.rows) return false;
                const int64_t end = step.positions[row + group.length - 1] + 1, chunks = (end + CHUNK - 1) / CHUNK;
                const int64_t* blocks = group.blocks + sequence * group.width;
                stretches.push_back({row, group.length, end, blocks, chunks, parts_before, copies_before});
                const Stretch& stretch = stretches.back();
                if (!is_inside(stretch, group.width)) return false;
                if (in_parts(stretch)) parts_before += group.length * model.heads * chunks;
                if (by_tiles(stretch)) copies_before += TileAttender::copied(model, end);
            }
        }
        merges = parts_before > 0;
        parts.grow(parts_before * part_bytes(model));
        copies.grow(copies_before);
        return row == step.rows;
    }

    bool is_inside(const Stretch& stretch, int64_t width) const {
        const int64_t used = (stretch.end + model.block_size - 1) / model.block_size;
        if (used > width) return false;
        for (int64_t i = 0; i < used; ++i) {
            if (!in_range(stretch.blocks[i], 0, model.blocks - 1)) return false;
        }
        for (int64_t i = 0; i < stretch.length; ++i) {
            if (step.positions[stretch.first + i] >= stretch.end) return false;
        }
        return true;
    }

    void add_pieces() {
        for (Queue* queue : {&to_copy, &blocks, &chunks}) queue->clear();
        const int64_t shared = model.heads / model.kv_heads;
        for (const Stretch& stretch : stretches) {
            Queue& queue = by_tiles(stretch) ? to_copy : chunks;
            for (int64_t chunk = 0; chunk < stretch.chunks; ++chunk) {
                for (int64_t head = 0; head < model.kv_heads; ++head) queue.add({&stretch, chunk, head});
            }
            if (!by_tiles(stretch)) continue;
            // The last ones see most: begun last, they would keep one thread busy while the others wait.
            for (int64_t block = (stretch.length * shared - 1) / TileAttender::QUERIES; block >= 0; --block) {
                for (int64_t head = 0; head < model.kv_heads; ++head) blocks.add({&stretch, block, head});
            }
        }
    }
};

}  // namespace havoc
