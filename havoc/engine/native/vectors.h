// Vectors of 16 floats and of 16 or 32 bf16 numbers, in the vector extensions that GCC and clang share.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__AVX512BF16__)
#include <immintrin.h>
#endif

namespace havoc {

using bf16 = uint16_t;  // the upper half of a float

constexpr int LANES = 16;

using Floats = float __attribute__((vector_size(4 * LANES)));
using Words = uint32_t __attribute__((vector_size(4 * LANES)));     // also 16 pairs of bf16, the even one in the lower half
using Integers = int32_t __attribute__((vector_size(4 * LANES)));
using Halves = bf16 __attribute__((vector_size(2 * LANES)));

template <class Vector>
inline Vector load(const void* source) {
    Vector vector;
    std::memcpy(&vector, source, sizeof vector);
    return vector;
}

template <class Vector>
inline void store(void* target, Vector vector) {
    std::memcpy(target, &vector, sizeof vector);
}

inline Floats all(float value) { return Floats{} + value; }

inline Words all_words(uint32_t value) { return Words{} + value; }

inline Words widened(Halves numbers) { return __builtin_convertvector(numbers, Words); }

inline Floats to_floats(Halves numbers) { return (Floats)(widened(numbers) << 16); }

// Rounds to nearest, ties to even; NaN stays NaN.
inline Halves to_bf16(Floats numbers) {
#if defined(__AVX512BF16__)
    return (Halves)_mm512_cvtneps_pbh((__m512)numbers);
#else
    const Words bits = (Words)numbers;
    const Words rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const Words quiet = (bits >> 16) | 0x40u;
    return __builtin_convertvector(numbers == numbers ? rounded : quiet, Halves);
#endif
}

// Of 16 pairs of bf16.
inline Floats even(Words pairs) { return (Floats)(pairs << 16); }
inline Floats odd(Words pairs) { return (Floats)(pairs & 0xffff0000u); }

inline Floats rounded(Floats numbers) { return to_floats(to_bf16(numbers)); }

// sum + a.even * b.even + a.odd * b.odd, for 16 pairs of bf16 each.
inline Floats add_products(Floats sum, Words a, Words b) {
#if defined(__AVX512BF16__)
    return (Floats)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
#else
    sum += even(a) * even(b);
    return sum + odd(a) * odd(b);
#endif
}

// Not `a > b`'s other order: where `b` is NaN the result is `a`, and NaN is met again in what the maximum is taken from.
inline Floats larger(Floats a, Floats b) { return b > a ? b : a; }

template <int... LANE>
inline Floats shuffled(Floats a, Floats b) {
    return __builtin_shufflevector(a, b, LANE...);
}

inline float sum(Floats v) {
    v += shuffled<8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7>(v, v);
    v += shuffled<4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11>(v, v);
    v += shuffled<2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13>(v, v);
    return v[0] + v[1];
}

inline float maximum(Floats v) {
    v = larger(v, shuffled<8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7>(v, v));
    v = larger(v, shuffled<4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11>(v, v));
    v = larger(v, shuffled<2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13>(v, v));
    return v[1] > v[0] ? v[1] : v[0];
}

// The first half of a tree that adds up the lanes of 16 vectors: every 4 lanes of the result hold a part of each of 4 sums.
inline Floats quarters_of_sums(const Floats (&v)[4]) {
    Floats pairs[2];
    for (int i = 0; i < 2; ++i) {
        const Floats a = v[2 * i], b = v[2 * i + 1];
        pairs[i] = shuffled<0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29>(a, b) +
                   shuffled<2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31>(a, b);
    }
    return shuffled<0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29>(pairs[0], pairs[1]) +
           shuffled<2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31>(pairs[0], pairs[1]);
}

// The second half: the 16 sums.
inline Floats sums_of_quarters(const Floats (&v)[4]) {
    Floats halves[2];
    for (int i = 0; i < 2; ++i) {
        const Floats a = v[2 * i], b = v[2 * i + 1];
        halves[i] = shuffled<0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23>(a, b) +
                    shuffled<8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31>(a, b);
    }
    return shuffled<0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27>(halves[0], halves[1]) +
           shuffled<4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31>(halves[0], halves[1]);
}

// e^x to 2 units in the last place; 0 below -87, the limit above 88, NaN for NaN, and exactly 1 for 0.
inline Floats exponential(Floats x) {
    constexpr float LOWEST = -87.0f, HIGHEST = 88.0f;
    constexpr float TO_INTEGER = 12582912.0f;  // 1.5 * 2^23: what is added to it is rounded to an integer
    constexpr float LOG2_E = 1.44269504f, LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;
    const Integers tiny = x < LOWEST;
    // Written so that NaN, for which no comparison holds, passes.
    x = tiny ? all(LOWEST) : x;
    x = x > HIGHEST ? all(HIGHEST) : x;
    const Floats shifted = x * LOG2_E + TO_INTEGER;
    const Floats power = shifted - TO_INTEGER;
    const Floats rest = x - power * LN2_HIGH - power * LN2_LOW;
    Floats series = all(1.9875691500e-4f);  // Cephes' minimax polynomial of expf (Moshier 1992)
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 5.0000001201e-1f;
    series = series * rest * rest + rest + 1.0f;
    const Floats scale = (Floats)(((Integers)shifted + 127) << 23);  // the lowest bits of `shifted` are the power
    return tiny ? Floats{} : series * scale;
}

}  // namespace havoc
