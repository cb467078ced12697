// A whole step of the model in one call: every layer, for all rows of a batch, on the threads of an OpenMP team.
//
// All numbers between operations are bf16, rounded where the torch modules round. A row's result does not depend on the other
// rows, on their number, or on the number of threads.

#include <memory>
#include <new>
#include <vector>

#include "attention.h"
#include "model.h"
#include "team.h"

#if defined(__AMX_TILE__) && defined(__AMX_BF16__)
#include "product_tiles.h"
using Products = havoc::TileProducts;
#else
#include "product_vectors.h"
using Products = havoc::VectorProducts;
#endif

namespace havoc {

enum Status : int { DONE = 0, BAD_STEP = 1, NO_MEMORY = 2 };

// bf16 numbers on a line of their own, all zero at first.
class Rows {
public:
    Rows(int64_t rows, int64_t stride) : stride(stride), memory_(static_cast<size_t>(rows * stride + LINE)) {
        const auto address = reinterpret_cast<uintptr_t>(memory_.data());
        first_ = memory_.data() + (LINE - address % LINE) % LINE / sizeof(bf16);
    }
    Rows(const Rows&) = delete;

    bf16* operator[](int64_t row) { return first_ + row * stride; }

    const int64_t stride;

private:
    std::vector<bf16> memory_;
    bf16* first_;
};

// What the threads share. Strides are the depths of the matrices that read the rows: what pads them stays zero.
class Decoder {
public:
    explicit Decoder(const Model& model)
        : model(model),
          layers(model.layer, model.layer + model.layers),
          hidden(model.most_rows, model.width),
          normed(model.most_rows, model.width),
          queries(model.most_rows, model.heads * model.head_dim),
          mixed(model.most_rows, layers[0].out.depth),
          gated(model.most_rows, layers[0].down.depth),
          taken(static_cast<size_t>(model.layers)) {}

    // Looks at every number that becomes an address; false where one leads outside.
    bool prepare(const Step& next) {
        step = next;
        stretches.clear();
        pieces.clear();
        if (!in_range(step.rows, 1, model.most_rows) || !in_range(step.num_wanted, 0, model.most_rows)) return false;
        for (int64_t row = 0; row < step.rows; ++row) {
            if (!in_range(step.positions[row], 0, model.positions - 1)) return false;
            if (!in_range(step.slots[row], 0, model.blocks * model.block_size - 1)) return false;
        }
        for (int64_t i = 0; i < step.num_wanted; ++i) {
            if (!in_range(step.wanted[i], 0, step.rows - 1)) return false;
        }
        return add_stretches() && add_pieces();
    }

    const Model model;
    const std::vector<Layer> layers;
    Step step{};
    std::vector<Stretch> stretches;
    std::vector<Piece> pieces;
    bool merges = false;             // whether a stretch has several chunks
    std::vector<char> parts;
    Rows hidden, normed, queries, mixed, gated;
    std::vector<std::atomic<int64_t>> taken;  // per layer, pieces that threads have taken
    Barrier barrier;

private:
    static bool in_range(int64_t number, int64_t least, int64_t most) { return least <= number && number <= most; }

    bool add_stretches() {
        int64_t row = 0, parts_before = 0;
        for (int64_t i = 0; i < step.num_groups; ++i) {
            const Group& group = step.groups[i];
            if (group.first != row || group.sequences < 1 || group.length < 1) return false;
            for (int64_t sequence = 0; sequence < group.sequences; ++sequence, row += group.length) {
                if (row + group.length > step.rows) return false;
                const int64_t end = step.positions[row + group.length - 1] + 1, chunks = (end + CHUNK - 1) / CHUNK;
                stretches.push_back({row, group.length, end, group.blocks + sequence * group.width, chunks, parts_before});
                if (!is_inside(stretches.back(), group.width)) return false;
                if (chunks > 1) parts_before += group.length * model.heads * chunks;
            }
        }
        merges = parts_before > 0;
        const auto bytes = static_cast<size_t>(parts_before * part_bytes(model));
        if (parts.size() < bytes) parts.resize(bytes);
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

    bool add_pieces() {
        for (const Stretch& stretch : stretches) {
            for (int64_t chunk = 0; chunk < stretch.chunks; ++chunk) {
                for (int64_t head = 0; head < model.kv_heads; ++head) pieces.push_back({&stretch, chunk, head});
            }
        }
        for (auto& layer : taken) layer.store(0, std::memory_order_relaxed);
        return true;
    }
};

// One thread's part of a step.
class Worker {
public:
    Worker(Decoder& decoder, int thread, int threads)
        : d_(decoder), model_(decoder.model), step_(decoder.step), thread_(thread), threads_(threads) {}

    void run() {
        const Range rows = share(step_.rows, thread_, threads_);
        const auto begin = step_.embedded + rows.begin * model_.width;
        std::copy(begin, begin + (rows.end - rows.begin) * model_.width, d_.hidden[rows.begin]);
        for (int64_t layer = 0; layer < model_.layers; ++layer) run_layer(layer);
        for (int64_t i = share(step_.num_wanted, thread_, threads_).begin; i < share(step_.num_wanted, thread_, threads_).end; ++i) {
            normalize(d_.hidden[step_.wanted[i]], model_.norm, d_.normed[i]);
        }
        wait(&model_.head);
        project_head();
    }

private:
    static constexpr int64_t AHEAD = 128 * 1024;  // bytes of the next matrix to fetch while waiting

    Decoder& d_;
    const Model& model_;
    const Step& step_;
    const int thread_, threads_;
    Products products_;
    Attender attender_;

    // Waits for all threads; `next` is multiplied with behind the barrier.
    void wait(const Matrix* next = nullptr) {
        Ahead ahead;
        if (next) {
            const int64_t unit_bytes = next->unit_panels * PANEL * next->depth * static_cast<int64_t>(sizeof(bf16));
            const Range units = share(next->units, thread_, threads_);
            const char* panels = reinterpret_cast<const char*>(next->panels);
            ahead.next = panels + units.begin * unit_bytes;
            ahead.end = std::min(ahead.next + AHEAD, panels + units.end * unit_bytes);
        }
        d_.barrier.wait(threads_, ahead);
    }

    void run_layer(int64_t number) {
        const Layer& layer = d_.layers[number];
        bf16* store = model_.store + number * model_.blocks * model_.block_size * 2 * model_.kv_heads * model_.head_dim;
        normalize_rows(layer.attention_norm);
        wait(&layer.qkv);
        project_qkv(layer.qkv, store);
        wait(&layer.out);
        attend(number, store, layer.out);
        add_projection(layer.out, d_.mixed);
        wait();
        normalize_rows(layer.mlp_norm);
        wait(&layer.gate_up);
        project_gated(layer.gate_up);
        wait(&layer.down);
        add_projection(layer.down, d_.gated);
        wait();
    }

    // x / sqrt(mean(x^2) + epsilon) * weight
    void normalize(const bf16* row, const bf16* weight, bf16* target) {
        Floats squares = {};
        for (int64_t place = 0; place < model_.width; place += LANES) {
            const Floats numbers = to_floats(load<Halves>(row + place));
            squares += numbers * numbers;
        }
        const float mean = sum(squares) / static_cast<float>(model_.width);
        const Floats scale = all(1.0f / std::sqrt(mean + model_.epsilon));
        for (int64_t place = 0; place < model_.width; place += LANES) {
            const Floats numbers = to_floats(load<Halves>(row + place)) * scale;
            store(target + place, to_bf16(numbers * to_floats(load<Halves>(weight + place))));
        }
    }

    void normalize_rows(const bf16* weight) {
        const Range rows = share(step_.rows, thread_, threads_);
        for (int64_t row = rows.begin; row < rows.end; ++row) normalize(d_.hidden[row], weight, d_.normed[row]);
    }

    // finish(unit, row, sums) for this thread's units of `matrix` and all rows; sums has 16 numbers for each panel of the unit.
    template <int PANELS, class Finish>
    void multiply(const Matrix& matrix, Rows& inputs, int64_t rows, Finish finish) {
        const Range units = share(matrix.units, thread_, threads_);
        Floats results[PANELS][MOST_ROWS];
        for (int64_t unit = units.begin; unit < units.end; ++unit) {
            for (int64_t first = 0; first < rows; first += MOST_ROWS) {
                const int count = static_cast<int>(std::min<int64_t>(MOST_ROWS, rows - first));
                for (int panel = 0; panel < PANELS; ++panel) {
                    const bf16* weights = matrix.panel(unit * PANELS + panel);
                    products_.multiply(weights, matrix.depth, inputs[first], inputs.stride, count, results[panel]);
                }
                for (int row = 0; row < count; ++row) {
                    Floats sums[PANELS];
                    for (int panel = 0; panel < PANELS; ++panel) sums[panel] = results[panel][row];
                    finish(unit, first + row, sums);
                }
            }
        }
    }

    // Rotates queries and keys, keeps the queries, and writes keys and values to their slots.
    void project_qkv(const Matrix& matrix, bf16* store_of_layer) {
        const int64_t width = model_.head_dim, panels = width / PANEL;  // of a head
        multiply<1>(matrix, d_.normed, step_.rows, [&](int64_t unit, int64_t row, const Floats (&sums)[1]) {
            const int64_t head = unit / panels, part = unit % panels, key = head - model_.heads;
            bf16* target = key < 0 ? d_.queries[row] + head * width
                                   : store_of_layer + (step_.slots[row] * 2 * model_.kv_heads + key) * width;
            const Halves projected = to_bf16(sums[0]);
            if (key >= model_.kv_heads) return store(target + part * PANEL, projected);
            rotate(to_floats(projected), step_.positions[row], part, target);
        });
    }

    // (a, b) -> (a cos - b sin, b cos + a sin) for 8 places of a head's two halves.
    void rotate(Floats numbers, int64_t position, int64_t part, bf16* head) {
        constexpr int PLACES = PANEL / 2;
        constexpr Floats sign = {-1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1};
        const int64_t half = model_.head_dim / 2, angle = position * half + part * PLACES;
        const Floats cos = to_floats(twice(model_.cos + angle)), sin = to_floats(twice(model_.sin + angle));
        const Floats swapped = shuffled<8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7>(numbers, numbers);
        const Halves turned = to_bf16(rounded(numbers * cos) + swapped * (sin * sign));
        const auto bytes = reinterpret_cast<const char*>(&turned);
        std::memcpy(head + part * PLACES, bytes, sizeof turned / 2);
        std::memcpy(head + half + part * PLACES, bytes + sizeof turned / 2, sizeof turned / 2);
    }

    static Halves twice(const bf16* eight) {
        Halves both;
        std::memcpy(&both, eight, sizeof both / 2);
        std::memcpy(reinterpret_cast<char*>(&both) + sizeof both / 2, eight, sizeof both / 2);
        return both;
    }

    void attend(int64_t layer, const bf16* store_of_layer, const Matrix& next) {
        const Attention attention{model_,     store_of_layer, step_.positions, d_.queries[0],
                                  d_.mixed[0], d_.mixed.stride, d_.parts.data()};
        const auto pieces = static_cast<int64_t>(d_.pieces.size());
        for (;;) {
            const int64_t piece = d_.taken[layer].fetch_add(1, std::memory_order_relaxed);
            if (piece >= pieces) break;
            attender_.attend(attention, d_.pieces[piece]);
        }
        wait(&next);
        if (!d_.merges) return;
        int64_t number = 0;
        for (const Stretch& stretch : d_.stretches) {
            if (stretch.chunks == 1) continue;
            for (int64_t row = stretch.first; row < stretch.first + stretch.length; ++row) {
                for (int64_t head = 0; head < model_.heads; ++head) {
                    if (number++ % threads_ == thread_) merge(attention, stretch, row, head);
                }
            }
        }
        wait(&next);
    }

    // hidden += matrix * inputs
    void add_projection(const Matrix& matrix, Rows& inputs) {
        multiply<1>(matrix, inputs, step_.rows, [&](int64_t unit, int64_t row, const Floats (&sums)[1]) {
            bf16* target = d_.hidden[row] + unit * PANEL;
            store(target, to_bf16(to_floats(load<Halves>(target)) + rounded(sums[0])));
        });
    }

    // silu(gate) * up
    void project_gated(const Matrix& matrix) {
        multiply<2>(matrix, d_.normed, step_.rows, [&](int64_t unit, int64_t row, const Floats (&sums)[2]) {
            const Floats gate = rounded(sums[0]), up = rounded(sums[1]);
            const Floats opened = rounded(gate / (1.0f + exponential(-gate)));
            store(d_.gated[row] + unit * PANEL, to_bf16(opened * up));
        });
    }

    void project_head() {
        multiply<1>(model_.head, d_.normed, step_.num_wanted, [&](int64_t unit, int64_t row, const Floats (&sums)[1]) {
            const Halves logits = to_bf16(sums[0]);
            const int64_t first = unit * PANEL, count = std::min<int64_t>(PANEL, model_.vocab - first);
            std::memcpy(step_.logits + row * model_.vocab + first, &logits, static_cast<size_t>(count) * sizeof(bf16));
        });
    }
};

struct Job {
    Decoder& decoder;
    const OpenMP& openmp;
};

void run_in_team(void* data) {
    const Job& job = *static_cast<Job*>(data);
    // The team may be smaller than what was asked for.
    Worker(job.decoder, job.openmp.thread_num(), job.openmp.num_threads()).run();
}

}  // namespace havoc

extern "C" {

// The kind of products that this library was compiled for, or null where the system does not let it use them.
const char* havoc_native_products() { return Products::available() ? Products::name : nullptr; }

// Copies what it needs of `model`, but not the numbers. Null where there is not enough memory.
havoc::Decoder* havoc_native_open(const havoc::Model* model) {
    try {
        return new havoc::Decoder(*model);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void havoc_native_close(havoc::Decoder* decoder) { delete decoder; }

// Stores the keys and values of a step and writes its logits. Returns a havoc::Status.
int havoc_native_run(havoc::Decoder* decoder, const havoc::Step* step, const havoc::OpenMP* openmp, unsigned threads) {
    try {
        if (!decoder->prepare(*step)) return havoc::BAD_STEP;
    } catch (const std::bad_alloc&) {
        return havoc::NO_MEMORY;
    }
    if (openmp->parallel) {
        havoc::Job job{*decoder, *openmp};
        openmp->parallel(havoc::run_in_team, &job, threads, 0);
    } else {
        havoc::Worker(*decoder, 0, 1).run();
    }
    return havoc::DONE;
}
}
