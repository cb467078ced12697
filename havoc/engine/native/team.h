// The threads that compute a step together: who does what, and waiting for each other.
#pragma once

#include <atomic>
#include <cstdint>
#include <sched.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace havoc {

struct Range {
    int64_t begin, end;
};

// The part of `count` pieces that is `thread`'s: contiguous and the same in every step, so that each core's cache keeps its own.
inline Range share(int64_t count, int thread, int threads) {
    return {count * thread / threads, count * (thread + 1) / threads};
}

constexpr int64_t LINE = 64;  // bytes that a cache moves at a time

inline void prefetch(const char* address) { __builtin_prefetch(address, 0, 2); }

// Memory that will be read after the next barrier.
struct Ahead {
    const char* next = nullptr;
    const char* end = nullptr;

    // Asks for one more line; false where there is none.
    bool advance() {
        if (next >= end) return false;
        prefetch(next);
        next += LINE;
        return true;
    }
};

inline void relax() {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// All threads wait until the last has come. Spinning, since there are some 200 of these in a step of a few milliseconds.
class Barrier {
public:
    // `ahead` is fetched while waiting.
    void wait(int threads, Ahead ahead) {
        const uint32_t round = round_.load(std::memory_order_relaxed);
        if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads - 1) {
            arrived_.store(0, std::memory_order_relaxed);
            round_.store(round + 1, std::memory_order_release);
            return;
        }
        for (int spins = 0; round_.load(std::memory_order_acquire) == round; ++spins) {
            if (ahead.advance()) continue;
            relax();
            // The last thread may need this processor. Another process may take it as well, and keeps it for milliseconds: where
            // one does, yielding after 64 rounds instead made a step of 10 ms last 58 instead of 26.
            if (spins > SPINS) sched_yield();
        }
    }

private:
    static constexpr int SPINS = 4096;

    alignas(LINE) std::atomic<int> arrived_{0};
    alignas(LINE) std::atomic<uint32_t> round_{0};
};

// The entry points of the OpenMP run time that the process already has; all null where there is none.
struct OpenMP {
    void (*parallel)(void (*function)(void*), void* data, unsigned threads, unsigned flags);
    int (*thread_num)();
    int (*num_threads)();
};

}  // namespace havoc
