// A whole step of the model in one call: every layer, for all rows of a batch, on the threads of an OpenMP team.
//
// All numbers between operations are bf16, rounded where the torch modules round. A row's result does not depend on the other
// rows, on their number, or on the number of threads.

#include <new>

#include "decoder.h"

namespace havoc {

enum Status : int { DONE = 0, BAD_STEP = 1, NO_MEMORY = 2 };

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
        const Range wanted = share(step_.num_wanted, thread_, threads_);
        for (int64_t i = wanted.begin; i < wanted.end; ++i) {
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
    Tiles tiles_;
    Products products_{tiles_};
    TileAttender tile_attender_{tiles_};
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
        const Attention attention{model_,     store_of_layer,  step_.positions, d_.queries[0],
                                  d_.mixed[0], d_.mixed.stride, d_.parts.data(), d_.copies.data()};
        if (!d_.to_copy.empty()) {
            while (const Piece* piece = d_.to_copy.take(layer)) tile_attender_.copy(attention, *piece);
            wait();
        }
        while (const Piece* piece = d_.blocks.take(layer)) tile_attender_.attend(attention, *piece);
        while (const Piece* piece = d_.chunks.take(layer)) attender_.attend(attention, *piece);
        wait(&next);
        if (!d_.merges) return;
        int64_t number = 0;
        for (const Stretch& stretch : d_.stretches) {
            if (!d_.in_parts(stretch)) continue;
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
const char* havoc_native_products() { return havoc::Products::available() ? havoc::Products::name : nullptr; }

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
