/* net.h - what the engine's tests share: small networks in few words, and estimates held against exact values.
 *
 * A claim is a metric and its exact value. Every test runs TIMES replications at seed 1 and asks that the estimate lie
 * within 4 standard errors, the 4 widened by Student's law for so few replications; a release build also asks that the
 * error be small enough for a value 5 % off to be refused. A wrong twin is a network for which a claim must fail.
 */
#ifndef GREENLANE_TESTS_SUPPORT_NET_H
#define GREENLANE_TESTS_SUPPORT_NET_H

#include "engine/core/metric.h"
#include "engine/core/network.h"
#include "engine/core/result.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#ifdef GREENLANE_DEBUG
enum { SHORTER = 20 }; /* checked builds are slow: they run less and look for faults, not for precision */
#else
enum { SHORTER = 1 };
#endif
enum { TIMES = 16 };

/* ---- variates ---- */

static inline struct variate expo(double mean)
{
    struct variate v;
    assert_int_equal(variate_exponential(&v, mean), STATUS_OK);
    return v;
}

static inline struct variate fixed(double value)
{
    struct variate v;
    assert_int_equal(variate_constant(&v, value), STATUS_OK);
    return v;
}

static inline struct variate erlang(unsigned k, double mean)
{
    struct variate v;
    assert_int_equal(variate_erlang(&v, k, mean), STATUS_OK);
    return v;
}

static inline struct variate lognormal(double mean, double cv)
{
    struct variate v;
    assert_int_equal(variate_lognormal_mean_cv(&v, mean, cv), STATUS_OK);
    return v;
}

static inline struct variate hyperexpo(double mean, double cv)
{
    struct variate v;
    assert_int_equal(variate_hyperexponential_mean_cv(&v, mean, cv), STATUS_OK);
    return v;
}

static inline struct variate uniform(double low, double high)
{
    struct variate v;
    assert_int_equal(variate_uniform(&v, low, high), STATUS_OK);
    return v;
}

static inline struct variate two_values(double a, double share_of_a, double b)
{
    struct variate v;
    assert_int_equal(
        variate_discrete(&v, (double[]){a, b}, (double[]){share_of_a, 1 - share_of_a}, 2), STATUS_OK);
    return v;
}

/* ---- timelines and conditions ---- */

static inline struct timeline *steps_of(const double *start, const double *value, size_t n, double end, double period)
{
    enum status why;
    struct timeline *tl = timeline_create(start, value, n, end, period, &why);
    assert_non_null(tl);
    return tl;
}

static inline struct condition attribute_is(unsigned attribute, double value)
{
    struct condition c = {0};
    assert_int_equal(condition_add(&c, CONDITION_PUSH_ATTRIBUTE, attribute, 0), STATUS_OK);
    assert_int_equal(condition_add(&c, CONDITION_PUSH_NUMBER, 0, value), STATUS_OK);
    assert_int_equal(condition_add(&c, CONDITION_EQUAL, 0, 0), STATUS_OK);
    return c;
}

/* ---- networks ---- */

/* Measures `window` hours after a warm-up of a tenth of that. */
static inline struct network *measured_with(double window, unsigned attributes)
{
    window /= SHORTER;
    struct network_plan plan = {.window_from = window / 10, .window_to = window * 1.1, .drain_until = window * 2.2,
        .attributes = attributes};
    struct network *net = network_create(&plan);
    assert_non_null(net);
    return net;
}

static inline struct network *measured(double window)
{
    return measured_with(window, 0);
}

static inline struct station_spec station_named(const char *name, int servers)
{
    return (struct station_spec){
        .name = name, .servers = servers, .room = -1, .batch_least = 1, .batch_most = 1, .begin_at = 1};
}

static inline int servers(struct network *net, const char *name, int n)
{
    struct station_spec spec = station_named(name, n);
    return network_station(net, &spec);
}

static inline int renewal(struct network *net, const char *name, struct variate gap)
{
    struct stream_spec spec = {.name = name, .kind = STREAM_RENEWAL, .gap = gap};
    return network_stream(net, &spec);
}

static inline int poisson(struct network *net, const char *name, double rate)
{
    return renewal(net, name, expo(1 / rate));
}

static inline struct step_spec step_named(const char *name, int stream, enum network_op op)
{
    return (struct step_spec){.name = name, .stream = stream, .op = op, .guard = {.share = 1}, .stage = -1,
        .station = -1, .patience_target = -1, .patience_outcome = -1, .balk_target = -1, .balk_outcome = -1,
        .full_target = -1, .full_outcome = -1, .outcome = -1};
}

static inline struct step_spec service_named(const char *name, int stream, int station, struct variate time)
{
    struct step_spec spec = step_named(name, stream, OP_SERVICE);
    spec.station = station;
    spec.time = time;
    return spec;
}

static inline int service(struct network *net, const char *name, int stream, int station, struct variate time)
{
    struct step_spec spec = service_named(name, stream, station, time);
    return network_step(net, &spec);
}

static inline int delay(struct network *net, const char *name, int stream, struct variate time)
{
    struct step_spec spec = step_named(name, stream, OP_DELAY);
    spec.time = time;
    spec.has_time = true;
    return network_step(net, &spec);
}

static inline int plain_step(struct network *net, const char *name, int stream, enum network_op op)
{
    struct step_spec spec = step_named(name, stream, op);
    return network_step(net, &spec);
}

/* The stream enters at the first step and takes them in turn; -1 ends the list (and leaves the network). */
static inline void in_line(struct network *net, int stream, const int *step, size_t n)
{
    network_stream_entry(net, stream, step[0], -1);
    for (size_t i = 0; i < n; i++) network_next(net, step[i], i + 1 < n ? step[i + 1] : -1, -1);
}
#define in_turn(net, stream, ...)                                                                                      \
    in_line((net), (stream), (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

/* One stream, one station, one service: most of queueing theory. The station is "s", the stream "c". */
static inline struct network *one_station(double window, struct variate gap, struct station_spec station, struct variate time)
{
    struct network *net = measured(window);
    int s = network_station(net, &station), c = renewal(net, "c", gap);
    int at = service(net, "service", c, s, time);
    in_turn(net, c, at);
    return net;
}

/* ---- claims ---- */

struct claim {
    const char *metric;
    double exact;
};

struct estimate {
    double mean, error; /* over replications; the standard error of the mean */
    unsigned n;
};

static inline double widened_4(unsigned n)
{
    return gsl_cdf_tdist_Qinv(3.167e-5, n - 1.0); /* P(Z > 4) */
}

static inline bool is_within(struct estimate e, double exact)
{
    return fabs(e.mean - exact) <= widened_4(e.n) * e.error + 1e-9 * fabs(exact) + 1e-12;
}

static inline struct simulation *compiled(struct network *net)
{
    char why[160];
    enum status status = network_compile(net, why);
    if (status != STATUS_OK) fail_msg("the network does not compile: %s", why);
    struct simulation *sim = simulation_create(net, NULL);
    assert_non_null(sim);
    return sim;
}

static inline const struct result *run(struct simulation *sim, uint64_t seed, uint64_t replication)
{
    const struct result *result;
    enum status status = simulation_run(sim, seed, replication, NULL, &result);
    if (status != STATUS_OK) fail_msg("replication %d: %s: %s", (int)replication, status_words(status), result->broken);
    return result;
}

enum { CLAIMS_MOST = 24 };

/* Takes the network over. */
static inline void estimate_all(struct network *net, unsigned times, const struct claim *claim, size_t n, struct estimate *out)
{
    int metric[CLAIMS_MOST];
    double sum[CLAIMS_MOST] = {0}, squares[CLAIMS_MOST] = {0};
    for (size_t i = 0; i < n; i++) {
        metric[i] = network_metric(net, claim[i].metric);
        if (metric[i] < 0) fail_msg("no metric %s", claim[i].metric);
    }
    struct simulation *sim = compiled(net);
    for (unsigned k = 0; k < times; k++) {
        const struct result *result = run(sim, 1, k);
        for (size_t i = 0; i < n; i++) {
            double value = network_metric_value(net, result, metric[i]) - claim[i].exact;
            sum[i] += value;
            squares[i] += value * value;
        }
    }
    for (size_t i = 0; i < n; i++) {
        double mean = sum[i] / times, variance = (squares[i] - times * mean * mean) / (times - 1.0);
        out[i] = (struct estimate){claim[i].exact + mean, sqrt(fmax(variance, 0) / times), times};
    }
    simulation_destroy(sim);
    network_destroy(net);
}

static inline void check_exact(struct network *net, unsigned times, const struct claim *claim, size_t n, const char *file, int line)
{
    struct estimate e[CLAIMS_MOST];
    estimate_all(net, times, claim, n, e);
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        double scale = fmax(fabs(claim[i].exact), 0.2);
        bool within = is_within(e[i], claim[i].exact);
        bool sharp = SHORTER > 1 || widened_4(e[i].n) * e[i].error < 0.05 * scale;
        if (!within || !sharp || getenv("GREENLANE_SHOW"))
            print_message("%s:%d: %s is %.7g +- %.2g (standard error), exact %.7g, z = %.2f%s%s\n", file, line,
                claim[i].metric, e[i].mean, e[i].error, claim[i].exact, (e[i].mean - claim[i].exact) / e[i].error,
                within ? "" : ": not within 4", sharp ? "" : ": not sharp");
        ok = ok && within && sharp;
    }
    if (!ok) _fail(file, line);
}
#define CLAIMS_OF(...) (const struct claim[]){__VA_ARGS__}, sizeof((const struct claim[]){__VA_ARGS__}) / sizeof(struct claim)
#define assert_exact(net, ...) check_exact((net), TIMES, CLAIMS_OF(__VA_ARGS__), __FILE__, __LINE__)
#define assert_exact_times(net, times, ...) check_exact((net), (times), CLAIMS_OF(__VA_ARGS__), __FILE__, __LINE__)

/* The wrong twin: the claim must fail on it. Checked builds run too little to tell. */
static inline void check_refuted(struct network *net, const char *metric, double exact, const char *file, int line)
{
    struct claim claim = {metric, exact};
    struct estimate e;
    estimate_all(net, TIMES, &claim, 1, &e);
    if (SHORTER > 1 || !is_within(e, exact)) return;
    print_message("%s:%d: %s is %.7g +- %.2g and does not refute %.7g\n", file, line, metric, e.mean, e.error, exact);
    _fail(file, line);
}
#define assert_refuted(net, metric, exact) check_refuted((net), (metric), (exact), __FILE__, __LINE__)

#endif
