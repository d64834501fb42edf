/* metric.h - numbers of a result by their names: the interface that reports, stores and tests share.
 *
 *   stream.NAME.{arrived,finished,unfinished,lost,throughput,outcome.OUTCOME}
 *   stream.NAME.backlog.finished
 *   stream.NAME.{time,second,backlog}.{mean,m2,var,sd,p50,p90,p95,p99,at_most(H)}[LEVEL]
 *   station.NAME.{wait,sojourn,interdeparture,busy_period}.{mean,m2,var,scv,p50,p90,p95,p99,at_most(H)}[LEVEL|served]
 *   station.NAME.interdeparture.lag1
 *   station.NAME.{queue,number,busy}.{mean,m2,var,sd,p50,p90,p95,p99,most,at_most(N)}, station.NAME.number.{growth,at(H),at(H).at_most(N)}
 *   station.NAME.{queue,number}.mean[LEVEL]
 *   station.NAME.service.{mean,m2,var,sd,scv,most}
 *   station.NAME.{p_wait,p_block,p_abandon,p_balk,throughput,arrived,served}[LEVEL], station.NAME.utilisation
 *
 * H in hours, H of `at` since the start of arrivals. [LEVEL] is `SPLIT=LEVEL`, the name of a split and one of its levels.
 * A metric is found before the network is compiled: what it needs to be observed is then switched on.
 */
#ifndef GREENLANE_ENGINE_CORE_METRIC_H
#define GREENLANE_ENGINE_CORE_METRIC_H

#include "engine/core/network.h"
#include "engine/core/result.h"

/* A number for the metric, or -1 when the name means nothing here. After network_compile only metrics whose observers
 * already run are found. Without memory it is -1, too, and network_compile says so. */
int network_metric(struct network *net, const char *name);
/* The value in one replication; NAN when there was nothing to observe. */
double network_metric_value(const struct network *net, const struct result *result, int metric);

/* Names, for those who list things. */
size_t network_streams(const struct network *net);
size_t network_stations(const struct network *net);
size_t network_outcomes(const struct network *net);
const char *network_stream_name(const struct network *net, size_t stream);
const char *network_station_name(const struct network *net, size_t station);
const char *network_outcome_name(const struct network *net, size_t outcome);
const char *network_step_name(const struct network *net, size_t step); /* without its stream */
const struct network_plan *network_plan_of(const struct network *net);

#endif
