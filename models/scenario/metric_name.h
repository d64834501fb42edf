/* metric_name.h - whether a name is a metric of a scenario, and the unit of its values.
 *
 *   DIR.clearance.STAT      DIR.lodgement_to_release.STAT     STAT: mean_h p50_h p90_h p95_h p99_h within_24h ...
 *   DIR.stage.NAME.{mean_h,share_met,mean_if_met_h}           DIR.lane.LANE.{share,STAT}     DIR.{arrived,released}
 *   stream.NAME.{arrived,finished,unfinished,lost,throughput} stream.NAME.{time,second}.NUMBER
 *   station.NAME.{p_wait,p_block,p_abandon,p_balk,throughput,arrived,served}, each also [LEVEL]; utilisation
 *   station.NAME.{wait,sojourn,service,queue,number,busy,on_post,interdeparture,busy_period}.NUMBER
 *   station.NAME.number.{growth,at(5),at(5).at_most(0)}       station.NAME.interdeparture.lag1
 *                                                             NUMBER: mean m2 var sd scv p50 p90 p95 p99 at_most(2),
 *                                                             and of a level: mean[stream=NAME], mean[class=aeo]
 * DIR is import, export or a stream's name; NAME of a station is a resource's.
 */
#ifndef GREENLANE_MODELS_SCENARIO_METRIC_NAME_H
#define GREENLANE_MODELS_SCENARIO_METRIC_NAME_H

#include "models/scenario/quantity.h"
#include "models/scenario/scenario.h"

/* On false `why` says what would be right. The unit is hours for times, a share, per hour, or none. */
bool metric_name_check(const struct scenario *scenario, const char *name, enum unit *unit, char *why);

/* The name of a time without its statistic, as a promise has it: import.clearance, station.bays.wait. */
bool metric_name_check_time(const struct scenario *scenario, const char *name, char *why);

#endif
