/* elementary.c - how the functions are computed.
 *
 * log:  x = 2^k z; a table gives 1/c for the cell of z with so few bits that r = z/c - 1 is exact as a pair of doubles;
 *       log x = k log 2 + log c + log(1 + r), the last by its Taylor series (|r| < 2^-7).
 * exp:  x = (128 k + i) log 2/128 + r; e^x = 2^k 2^(i/128) e^r, the second from a table, the last by Taylor.
 * pow:  the same log with twice the digits, times y, through the same exp.
 * The cell scheme follows Tang 1990 and ARM's optimized routines in idea; tables and code are our own and need no fma.
 *
 * Invariant: nothing but + - * / and sqrt of doubles in the order written, and integer operations on their bits.
 */
#include "engine/core/elementary.h"
#include "engine/core/elementary_tables.h"
#include <math.h> /* INFINITY and NAN only */
#include <stdint.h>
#include <string.h>

static const double LN2_HIGH = 0x1.62e42fefa3800p-1; /* a multiple of 2^-42: k times it is exact */
static const double LN2_LOW = 0x1.ef35793c76730p-45;
static const double HALF_LOG_2PI = 0x1.d67f1c864beb5p-1;
static const uint64_t LOG_OFFSET = 0x3FE6000000000000ULL; /* 0.6875: the cells' first mantissa; 1 lies on a border */

static uint64_t bits_of(double x)
{
    union {
        double value;
        uint64_t bits;
    } u = {.value = x};
    return u.bits;
}

static double double_of(uint64_t bits)
{
    union {
        uint64_t bits;
        double value;
    } u = {.bits = bits};
    return u.value;
}

/* 2^e for a normal result. */
static double power_of_two(int e)
{
    return double_of((uint64_t)(e + 1023) << 52);
}

static double absolute(double x)
{
    return x < 0 ? -x : x;
}

/* sum of coefficient[i] x^i */
static double polynomial(const double *coefficient, int n, double x)
{
    double sum = coefficient[n - 1];
    for (int i = n - 2; i >= 0; i--) sum = sum * x + coefficient[i];
    return sum;
}

/* The same for eight coefficients with a shorter chain of operations (Estrin's order). */
static inline double eight_terms(const double *c, double x)
{
    double x2 = x * x;
    return ((c[0] + c[1] * x) + (c[2] + c[3] * x) * x2) + ((c[4] + c[5] * x) + (c[6] + c[7] * x) * x2) * (x2 * x2);
}

/* log x = k log 2 + log c + log(1 + high + low) for a normal x > 0; high + low is exact, |high + low| < 2^-7. */
struct reduced {
    double k, high, low;
    const struct log_cell *cell;
};

static inline struct reduced reduce_log(uint64_t bits)
{
    uint64_t offset = bits - LOG_OFFSET;
    const struct log_cell *cell = &log_cells[offset >> 45 & (LOG_CELLS - 1)];
    uint64_t z_bits = bits - (offset & 0xFFFULL << 52);
    double z = double_of(z_bits);
    double z_high = double_of(z_bits & ~0x1FFFFFULL); /* 32 bits times the 15 of the inverse are exact, the rest too */
    struct reduced reduced = {.k = (double)((int64_t)offset >> 52),
        .high = z_high * cell->inverse - 1,
        .low = (z - z_high) * cell->inverse,
        .cell = cell};
    return reduced;
}

/* Zero, negative, subnormal, infinite and NaN arguments of log. */
static double log_unusual(double x)
{
    if (x == 0) return -INFINITY;
    if (x < 0) return NAN;
    if (x < 0x1p-1022) return elementary_log(x * 0x1p52) - 52 * (LN2_HIGH + LN2_LOW);
    return x; /* infinity or NaN */
}

double elementary_log(double x)
{
    uint64_t bits = bits_of(x);
    if (bits - 0x0010000000000000ULL >= 0x7FE0000000000000ULL) return log_unusual(x);
    struct reduced part = reduce_log(bits);
    double r = part.high + part.low;
    double r_low = (part.high - r) + part.low;
    double w = part.k * LN2_HIGH + part.cell->high; /* exact */
    double high = w + r;
    double low = ((w - high) + r) + (part.k * LN2_LOW + (part.cell->low + r_low));
    double r2 = r * r;
    double series = (-1.0 / 2 + r * (1.0 / 3)) +
                    r2 * ((-1.0 / 4 + r * (1.0 / 5)) + r2 * ((-1.0 / 6 + r * (1.0 / 7)) + r2 * (-1.0 / 8)));
    return high + (low + r2 * series);
}

#define LANES 2
#define LOG_OF_LANES log_many_in_pairs
#define EACH(lane) {lane(0), lane(1)}
#include "engine/core/elementary_lanes.h"

#ifdef __x86_64__
/* Four at once where the processor can; without fused operations, so the bits are the same. */
#define LANES 4
#define LOG_OF_LANES __attribute__((target("avx2"))) log_many_in_fours
#define EACH(lane) {lane(0), lane(1), lane(2), lane(3)}
#include "engine/core/elementary_lanes.h"
#endif

void elementary_log_many(double *x, size_t n)
{
    size_t done = 0;
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) done = log_many_in_fours(x, n);
#endif
    done += log_many_in_pairs(x + done, n - done);
    if (done < n) x[done] = elementary_log(x[done]);
}

double elementary_log1p(double x)
{
    double u = 1 + x;
    if (!(u > 0) || u > 0x1p60) return elementary_log(u);
    return elementary_log(u) + (x - (u - 1)) / u;
}

/* e^(x + tail) for |tail| far below x's last cell. */
static double exp_sum(double x, double tail)
{
    static const double INVERSE_STEP = 0x1.71547652b82fep+7; /* 128 / log 2 */
    static const double STEP_HIGH = 0x1.62e42fefc0000p-8;    /* 35 bits: k times it is exact */
    static const double STEP_LOW = -0x1.c610ca86c3899p-44;
    static const double ROUNDER = 0x1.8p52; /* adding and taking it away rounds to the nearest integer */
    if (!(x > -746)) return x != x ? x : 0;
    if (!(x < 710)) return INFINITY;
    double kd = (x * INVERSE_STEP + ROUNDER) - ROUNDER;
    int k = (int)kd;
    int cell = k & (EXP_CELLS - 1);
    int e = (k - cell) / EXP_CELLS;
    double r = (x - kd * STEP_HIGH) - kd * STEP_LOW + tail;
    double r2 = r * r;
    double grown = exp_cells[cell].tail + r + r2 * (1.0 / 2 + r * (1.0 / 6)) + r2 * r2 * (1.0 / 24 + r * (1.0 / 120));
    int outside = e > 1000 ? 100 : e < -1000 ? -100 : 0;
    double scale = double_of(bits_of(exp_cells[cell].value) + ((uint64_t)(int64_t)(e - outside) << 52));
    double y = scale + scale * grown;
    return outside == 0 ? y : y * power_of_two(outside);
}

double elementary_exp(double x)
{
    return exp_sum(x, 0);
}

double elementary_expm1(double x)
{
    double u = elementary_exp(x);
    if (u == 1) return x;
    if (u == 0 || u == INFINITY) return u - 1;
    if (absolute(x) > 1) return u - 1;
    return (u - 1) * (x / elementary_log(u)); /* Kahan: the rounding of u cancels */
}

/* The two doubles whose sum is a * b exactly (Dekker 1971), for |a|, |b| < 2^995. */
struct pair {
    double high, low;
};

static struct pair exact_product(double a, double b)
{
    double a_split = a * 0x1.000002p27, b_split = b * 0x1.000002p27; /* 2^27 + 1 */
    double a_high = a_split - (a_split - a), b_high = b_split - (b_split - b);
    double a_low = a - a_high, b_low = b - b_high;
    double high = a * b;
    struct pair product = {high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
    return product;
}

static struct pair exact_sum(double a, double b)
{
    double sum = a + b;
    double b_part = sum - a;
    struct pair result = {sum, (a - (sum - b_part)) + (b - b_part)};
    return result;
}

/* log x to some 2^-67 of its value, x > 0 and finite. */
static struct pair log_pair(double x)
{
    double k_shift = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p52;
        k_shift = 52;
    }
    struct reduced part = reduce_log(bits_of(x));
    double k = part.k - k_shift;
    struct pair r = exact_sum(part.high, part.low);
    struct pair square = exact_product(r.high, r.high);
    double tail =
        1.0 / 3 +
        r.high *
            (-1.0 / 4 +
                r.high *
                    (1.0 / 5 +
                        r.high *
                            (-1.0 / 6 +
                                r.high * (1.0 / 7 + r.high * (-1.0 / 8 + r.high * (1.0 / 9 - r.high * (1.0 / 10)))))));
    double cube = r.high * square.high * tail;
    struct pair first = exact_sum(k * LN2_HIGH + part.cell->high, r.high);
    struct pair second = exact_sum(first.high, -0.5 * square.high);
    struct pair third = exact_sum(second.high, cube);
    double low =
        (k * LN2_LOW + part.cell->low) + first.low + second.low + third.low + r.low - 0.5 * square.low - r.high * r.low;
    struct pair sum = exact_sum(third.high, low);
    return sum;
}

double elementary_pow(double x, double y)
{
    if (y == 0 || x == 1) return 1;
    if (x != x || y != y) return x + y;
    if (x < 0) return NAN;
    if (x == 0) return y > 0 ? 0 : INFINITY;
    if (x == INFINITY) return y > 0 ? INFINITY : 0;
    if (absolute(y) > 0x1p65) return (x > 1) == (y > 0) ? INFINITY : 0;
    if (absolute(y) < 0x1p-65) return 1;
    struct pair logarithm = log_pair(x);
    struct pair product = exact_product(logarithm.high, y);
    double low = product.low + logarithm.low * y;
    double sum = product.high + low; /* the tail must stay small beside the last cell of exp */
    if (absolute(sum) > 1000) return sum > 0 ? INFINITY : 0;
    return exp_sum(sum, (product.high - sum) + low);
}

/* x - n pi/2 as a pair, n the nearest integer; returns n mod 4. |x| <= 2^20, so n has 20 bits, pi/2's parts 33. */
static int reduce_angle(double x, struct pair *rest)
{
    static const double TWO_OVER_PI = 0x1.45f306dc9c883p-1;
    static const double PART[3] = {0x1.921fb54400000p+0, 0x1.0b4611a600000p-34, 0x1.3198a2e037073p-69};
    double n = (x * TWO_OVER_PI + 0x1.8p52) - 0x1.8p52;
    struct pair first = exact_sum(x - n * PART[0], -(n * PART[1]));
    *rest = exact_sum(first.high, first.low - n * PART[2]);
    return (int)n & 3;
}

/* sin and cos of |x.high| <= pi/4 by their Taylor series; what is left out is below 1e-19 and 2e-18. */
static double sine_kernel(struct pair x)
{
    static const double TERM[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0,
        -1.0 / 1307674368000.0, 1.0 / 355687428096000.0};
    double x2 = x.high * x.high;
    return x.high + (x.high * x2 * polynomial(TERM, 8, x2) + x.low * (1 - 0.5 * x2));
}

static double cosine_kernel(struct pair x)
{
    static const double TERM[] = {1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600.0,
        -1.0 / 87178291200.0, 1.0 / 20922789888000.0};
    double x2 = x.high * x.high;
    double half = 0.5 * x2;
    double one = 1 - half;
    return one + (((1 - one) - half) + (x2 * x2 * polynomial(TERM, 7, x2) - x.high * x.low));
}

double elementary_sin(double x)
{
    if (!(absolute(x) <= 0x1p20)) return NAN;
    if (absolute(x) < 0x1p-30) return x;
    struct pair rest;
    switch (reduce_angle(x, &rest)) {
    case 0: return sine_kernel(rest);
    case 1: return cosine_kernel(rest);
    case 2: return -sine_kernel(rest);
    default: return -cosine_kernel(rest);
    }
}

double elementary_cos(double x)
{
    if (!(absolute(x) <= 0x1p20)) return NAN;
    struct pair rest;
    switch (reduce_angle(x, &rest)) {
    case 0: return cosine_kernel(rest);
    case 1: return -sine_kernel(rest);
    case 2: return -cosine_kernel(rest);
    default: return sine_kernel(rest);
    }
}

/* lgamma(2 + t) for |t| <= 1/2: (1 - Euler's gamma) t + sum over k >= 2 of (-1)^k (zeta(k) - 1)/k t^k (DLMF 5.7.3). */
static double lgamma_near_two(double t)
{
    static const double TERM[] = {
        0x1.b0ee6072093cep-2,
        0x1.4a34cc4a60fa6p-2,
        -0x1.13e001a557607p-4,
        0x1.51322ac7d8483p-6,
        -0x1.e404fc218f5f2p-8,
        0x1.7add6eadb6c30p-9,
        -0x1.38ac5c2bf8e08p-10,
        0x1.0b36af86396e9p-11,
        -0x1.d3fd4c76d2fc8p-13,
        0x1.a127b0f17d65ap-14,
        -0x1.78de5bd7c81efp-15,
        0x1.580dcee66eb02p-16,
        -0x1.3cbc963ce2243p-17,
        0x1.2597a39f34aacp-18,
        -0x1.11b2eb7679541p-19,
        0x1.0064cdeb22f0fp-20,
        -0x1.e2600d93cfd2fp-22,
        0x1.c76bbb3f07a4dp-23,
        -0x1.af5a6cbbf8a97p-24,
        0x1.99b93c2070b0fp-25,
        -0x1.862c734df3eacp-26,
        0x1.7469daccfadcdp-27,
        -0x1.6434a8447aeadp-28,
        0x1.555a877ffd2c3p-29,
        -0x1.47b1679258d0ep-30,
        0x1.3b15d2b2fc10cp-31,
        -0x1.2f69a9fabe3e0p-32,
        0x1.24932a337434cp-33,
        -0x1.1a7c26ec2523cp-34,
    };
    return t * polynomial(TERM, (int)(sizeof TERM / sizeof TERM[0]), t);
}

/* Stirling's series (DLMF 5.11.1), x >= 10. */
static double lgamma_large(double x)
{
    static const double TERM[] = {
        1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400};
    double inverse = 1 / x;
    double rest = inverse * polynomial(TERM, 8, inverse * inverse);
    return (x - 0.5) * (elementary_log(x) - 1) + ((HALF_LOG_2PI - 0.5) + rest);
}

double elementary_lgamma(double x)
{
    if (x != x) return x;
    if (x < 0) return NAN;
    if (x == 0) return INFINITY;
    if (x > 0x1p60) return x == INFINITY ? x : x * (elementary_log(x) - 1);
    if (x >= 10) return lgamma_large(x);
    if (x < 0x1p-60) return -elementary_log(x);
    if (x < 0.5) return lgamma_near_two(x) - elementary_log(x) - elementary_log1p(x);
    if (x < 1.5) return lgamma_near_two(x - 1) - elementary_log(x);
    double product = 1;
    while (x > 2.5) {
        x -= 1;
        product *= x;
    }
    return product == 1 ? lgamma_near_two(x - 2) : lgamma_near_two(x - 2) + elementary_log(product);
}

double elementary_erfcx(double x)
{
    if (x != x) return x;
    if (x < 0) return elementary_exp(x * x) * elementary_erfc(x);
    double t = 4 / (x + 4);
    int piece = (int)(4 * t);
    if (piece == ERFC_PIECES) piece--;
    return t * polynomial(scaled_erfc_pieces[piece], ERFC_TERMS, 8 * t - (2 * piece + 1));
}

/* e^(-factor x^2) with the square's rounding error carried along. */
static double exp_minus_square(double x, double factor)
{
    struct pair square = exact_product(x, x);
    return exp_sum(-factor * square.high, -factor * square.low);
}

/* erf x for |x| <= 1/2 by its Taylor series. */
static double erf_small(double x)
{
    static const double TERM[] = {1, -1.0 / 3, 1.0 / 10, -1.0 / 42, 1.0 / 216, -1.0 / 1320, 1.0 / 9360, -1.0 / 75600,
        1.0 / 685440, -1.0 / 6894720, 1.0 / 76204800, -1.0 / 918086400.0};
    static const double TWO_OVER_ROOT_PI = 0x1.20dd750429b6dp+0;
    return TWO_OVER_ROOT_PI * (x * polynomial(TERM, 12, x * x));
}

double elementary_erfc(double x)
{
    if (x != x) return x;
    if (x > 28) return 0;
    if (x < -6) return 2;
    if (absolute(x) < 0.5) return 1 - erf_small(x);
    double tail = exp_minus_square(x, 1) * elementary_erfcx(absolute(x));
    return x > 0 ? tail : 2 - tail;
}

double elementary_normal_cdf(double z)
{
    static const double ROOT_HALF = 0x1.6a09e667f3bcdp-1;
    if (z != z) return z;
    if (z < -40) return 0;
    if (z > 9) return 1;
    if (absolute(z) < 0.7) return 0.5 + 0.5 * erf_small(z * ROOT_HALF);
    double tail = 0.5 * exp_minus_square(z, 0.5) * elementary_erfcx(absolute(z) * ROOT_HALF);
    return z < 0 ? tail : 1 - tail;
}

/* The tails of AS 241: r = sqrt(-log(the smaller tail)). */
static double quantile_tail(double r)
{
    static const double C[] = {1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
        3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
        7.74545014278341407640e-4};
    static const double D[] = {1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
    static const double E[] = {6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
        2.01033439929228813265e-7};
    static const double F[] = {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};
    if (r <= 5) return eight_terms(C, r - 1.6) / eight_terms(D, r - 1.6);
    return eight_terms(E, r - 5) / eight_terms(F, r - 5);
}

double elementary_normal_quantile(double p)
{
    static const double A[] = {3.3871328727963666080, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
        1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4,
        2.5090809287301226727e+3};
    static const double B[] = {1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
        2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3};
    double q = p - 0.5;
    if (absolute(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * eight_terms(A, r) / eight_terms(B, r);
    }
    if (!(p > 0 && p < 1)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
    double r = sqrt(-elementary_log(q < 0 ? p : 1 - p));
    return q < 0 ? -quantile_tail(r) : quantile_tail(r);
}
