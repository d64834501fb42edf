/* test_constructs.c - every construct of the scenario format reaches the engine as what it says.
 *
 * Each is a small scenario with a known answer: exact where nothing is left to chance, else from theory, within 2 % (3
 * % where said) over a fixed seed. What the engine does with a construct is tested in its own tests; this is about the
 * way from the text to the network.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/model_run.h"

#define HEAD(run) "format: 1\nname: t\nrun: {" run ", seed: 1, replications: 1}\n"
#define LONG HEAD("measure: 200000 h, warm_up: 500 h")
#define ONE_DESK "resources: {desk: {servers: 1}}\n"

/* clang-format off */
static const struct construct { const char *what, *text, *metric; double exact, within; } construct[] = {
    /* ---- nothing left to chance: exact ---- */
    {"a timetable repeats", HEAD("measure: 240 h") ONE_DESK
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 6 h], repeat: 24 h}}}\n"
        "processes: {p: [serve: {service: 1 h, by: desk}]}\n", "stream.s.arrived", 20, 0},
    {"a hold waits for the calendar", HEAD("measure: 240 h")
        "calendars: {day: {mon-sun: 08:00-16:00}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [2 h], repeat: 24 h}}}\n"
        "processes: {p: [wait: {hold: day}]}\n", "stream.s.time.mean", 6, 0},
    {"a delay in office hours", HEAD("measure: 336 h")
        "calendars: {office: {mon-fri: 08:00-12:00 13:00-17:00}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [106 h], repeat: 168 h}}}\n" /* Friday 10:00: 2 + 4 + 4 of Monday */
        "processes: {p: [permit: {delay: 10 h, in: office}]}\n", "stream.s.time.mean", 74, 0},
    {"parallel branches join when all are done", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}}}\n"
        "processes: {p: [both: {parallel: {a: {delay: 3 h}, b: [b1: {delay: 2 h}, b2: {delay: 2 h}]}}, after: {delay: 1 h}]}\n", "stream.s.time.mean", 5, 0},
    {"parallel branches join when any is done", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}}}\n"
        "processes: {p: [both: {parallel: {a: {delay: 3 h}, b: {delay: 2 h}}, join: any}]}\n", "stream.s.time.mean", 2, 0},
    {"parallel branches join when two of three are done", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}}}\n"
        "processes: {p: [both: {parallel: {a: {delay: 3 h}, b: {delay: 2 h}, c: {delay: 7 h}}, join: 2}]}\n", "stream.s.time.mean", 3, 0},
    {"a batch goes on when it is full", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 2 h, 4 h], repeat: 24 h}}}\n"
        "processes: {p: [collect: {batch: {size: 3}}, ride: {delay: 1 h}]}\n", "stream.s.time.mean", 3, 0},
    {"a batch goes on after its time", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 2 h], repeat: 24 h}}}\n"
        "processes: {p: [collect: {batch: {size: 3, or_after: 6 h}}]}\n", "stream.s.time.mean", 5, 0},
    {"a resource is held across steps", HEAD("measure: 240 h") ONE_DESK
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}}}\n"
        "processes: {p: [take: {seize: desk}, one: {delay: 2 h}, two: {delay: 3 h}, give: {free: desk}]}\n", "stream.s.time.mean", 7, 0},
    {"two resources at once", HEAD("measure: 240 h") "resources: {desk: {servers: 1}, officer: {servers: 1}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}}}\n"
        "processes: {p: [meet: {service: 2 h, by: [desk, officer]}]}\n", "station.officer.utilisation", 4.0 / 24, 0},
    {"a route goes by condition", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}, attributes: {big: 100 %}}}\n"
        "processes: {p: [way: {route: {last: big}}, skipped: {delay: 5 h}, last: {delay: 1 h}]}\n", "stream.s.time.mean", 1, 0},
    {"alternatives go by condition first", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}, attributes: {kind: {a: 0 %, b: 100 %}}}}\n"
        "processes: {p: [pick: {choose: {x: {when: kind == a, delay: 1 h}, y: {when: kind == b, delay: 2 h}, z: {share: otherwise, delay: 4 h}}}]}\n",
        "stream.s.time.mean", 2, 0},
    {"a query comes back once to the step that asked", HEAD("measure: 240 h") ONE_DESK
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}, attributes: {odd: 100 %}}}\n"
        "processes: {p: [check: {service: 1 h, by: desk}, ask: {delay: 4 h, of: check, back_to: check, when: odd and not ask.met}]}\n",
        "station.desk.served", 20, 0},
    {"shifts across midnight, last line wins", HEAD("measure: 1680 h")
        "resources: {lane: {shifts: [{days: mon-sun, hours: 06:00-22:00, servers: 2}, {days: mon-sat, hours: 22:00-06:00, servers: 1}, {days: wed, hours: 10:00-14:00, servers: 5}]}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [serve: {service: 1 min, by: lane}]}\n", "station.lane.on_post.mean", (7 * 32 + 6 * 8 + 4 * 3) / 168.0, 1e-9},
    {"a calendar closes a resource", HEAD("measure: 1680 h")
        "calendars: {office: {mon-fri: 08:00-12:00 13:00-17:00}}\n"
        "resources: {lane: {servers: 3, calendar: office}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [serve: {service: 1 min, by: lane}]}\n", "station.lane.on_post.mean", 3 * 40 / 168.0, 1e-9},
    {"closed and moved days", "format: 1\nname: t\nrun: {measure: 2022-09-26..2022-10-09, seed: 1, replications: 1}\n"
        "calendars: {office: {mon-fri: 08:00-16:00, closed: [2022-10-01..2022-10-07], open_as: {mon-fri: [2022-10-08, 2022-10-09]}}}\n"
        "resources: {lane: {servers: 3, calendar: office}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [serve: {service: 1 min, by: lane}]}\n", "station.lane.on_post.mean", 3 * 8 * 7 / (14 * 24.0), 1e-9},
    {"time before arrival is outside the clock", HEAD("measure: 2400 h")
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h], repeat: 24 h}, lead: 8 h, attributes: {early: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, papers: {delay: 5 h, ahead: early}, leave: {delay: 1 h}]}\n", "import.clearance.mean_h", 11, 0},
    {"papers that are late hold the goods up", HEAD("measure: 2400 h")
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h], repeat: 24 h}, lead: 3 h, attributes: {early: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, papers: {delay: 20 h, ahead: early}, leave: {delay: 1 h}]}\n", "import.stage.papers.mean_h", 17, 0},
    {"who is not early does everything after arrival", HEAD("measure: 2400 h")
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h], repeat: 24 h}, lead: 3 h, attributes: {early: 0 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, papers: {delay: 20 h, ahead: early}, leave: {delay: 1 h}]}\n", "import.clearance.mean_h", 31, 0},
    {"who is late does a part before and a part after arrival", HEAD("measure: 2400 h")
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h], repeat: 24 h}, lead: 8 h, attributes: {early: 100 %, late: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, papers: {delay: 5 h, ahead: early}, check: {delay: 2 h, ahead: early and not late}, leave: {delay: 1 h}]}\n",
        "import.clearance.mean_h", 13, 0},
    {"customs' own time begins at lodgement, not before arrival", HEAD("measure: 2400 h")
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h], repeat: 24 h}, lead: 8 h, attributes: {early: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, papers: {delay: 5 h, ahead: early}, lodged: {milestone: lodged, ahead: early}, leave: {delay: 1 h}]}\n",
        "import.lodgement_to_release.mean_h", 11, 0},
    {"what follows the release is outside the clock", HEAD("measure: 2400 h")
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h], repeat: 24 h}}}\n"
        "processes: {p: [unload: {delay: 10 h}, out: {milestone: released}, pick_up: {delay: 30 h}]}\n", "import.clearance.mean_h", 10, 0},
    {"time after the release is told apart", HEAD("measure: 2400 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}, attributes: {big: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, out: {milestone: released}, call: {service: 3 h, by: desk}, pick_up: {delay: 30 h}, weigh: {delay: 5 h, when: not big}]}\n", "import.after_release.mean_h", 34, 0},
    {"a stage after the release has its own time", HEAD("measure: 2400 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}, attributes: {big: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, out: {milestone: released}, call: {service: 3 h, by: desk}, pick_up: {delay: 30 h}, weigh: {delay: 5 h, when: not big}]}\n", "import.stage.call.mean_if_met_h", 4, 0},
    {"a stage after the release has its own wait", HEAD("measure: 2400 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}, attributes: {big: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, out: {milestone: released}, call: {service: 3 h, by: desk}, pick_up: {delay: 30 h}, weigh: {delay: 5 h, when: not big}]}\n", "import.stage.call.wait_h", 1, 0},
    {"a stage after the release is met by those who do it", HEAD("measure: 2400 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}, attributes: {big: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, out: {milestone: released}, call: {service: 3 h, by: desk}, pick_up: {delay: 30 h}, weigh: {delay: 5 h, when: not big}]}\n", "import.stage.pick_up.share_met", 1, 0},
    {"a stage after the release that nobody does is met by none", HEAD("measure: 2400 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}, attributes: {big: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, out: {milestone: released}, call: {service: 3 h, by: desk}, pick_up: {delay: 30 h}, weigh: {delay: 5 h, when: not big}]}\n", "import.stage.weigh.share_met", 0, 0},
    {"a stage after the release adds nothing to the clearance", HEAD("measure: 2400 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}, attributes: {big: 100 %}}}\n"
        "processes: {p: [unload: {delay: 10 h}, out: {milestone: released}, call: {service: 3 h, by: desk}, pick_up: {delay: 30 h}, weigh: {delay: 5 h, when: not big}]}\n", "import.stage.pick_up.mean_h", 0, 0},
    {"a query may stop customs' clock", HEAD("measure: 2400 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h], repeat: 24 h}, attributes: {odd: 100 %}}}\n"
        "processes: {p: [lodged: {milestone: lodged}, way: {route: {last: asked.met}}, asked: {delay: 1 h}, ask: {delay: 4 h, back_to: way, stops_clock: true}, last: {delay: 2 h}]}\n",
        "import.lodgement_to_release.mean_h", 3, 0},
    {"a vessel is unloaded one container after the other", HEAD("measure: 20000 h") "resources: {berth: {servers: 500}, crane: {servers: 1000}}\n"
        "streams: {s: {process: p, arrivals: {vessels: {rate: 0.1/h, berth: berth, cranes: {resource: crane, each: 2, moves: 5/h}, containers: constant 10}}}}\n"
        "processes: {p: [discharge: {delay: arrivals}]}\n", "stream.s.time.mean", 0.55, 1e-9},
    {"a declaration of two containers is ashore when both are", HEAD("measure: 20000 h") "resources: {berth: {servers: 500}, crane: {servers: 1000}}\n"
        "streams: {s: {process: p, arrivals: {vessels: {rate: 0.1/h, berth: berth, cranes: {resource: crane, each: 2, moves: 5/h}, containers: constant 10}}, attributes: {containers: {2: 100 %}}}}\n"
        "processes: {p: [discharge: {delay: arrivals}]}\n", "stream.s.time.mean", 0.6, 1e-9},
    {"the last declaration of a vessel is cut to what is left", HEAD("measure: 20000 h") "resources: {berth: {servers: 500}, crane: {servers: 1000}}\n"
        "streams: {s: {process: p, arrivals: {vessels: {rate: 0.1/h, berth: berth, cranes: {resource: crane, each: 2, moves: 5/h}, containers: constant 5}}, attributes: {containers: {2: 100 %}}}}\n"
        "processes: {p: [discharge: {delay: arrivals}]}\n", "stream.s.time.mean", 1.1 / 3, 1e-9},
    {"several units of a resource at once leave too few for the next", HEAD("measure: 240 h") "resources: {crane: {servers: 4}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}}}\n"
        "processes: {p: [lift: {service: 2 h, by: {crane: 3}}]}\n", "stream.s.time.mean", 2.5, 0},
    {"fewer units leave enough", HEAD("measure: 240 h") "resources: {crane: {servers: 4}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}}}\n"
        "processes: {p: [lift: {service: 2 h, by: {crane: 2}}]}\n", "stream.s.time.mean", 2, 0},
    {"every unit is busy", HEAD("measure: 240 h") "resources: {crane: {servers: 4}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}}}\n"
        "processes: {p: [lift: {service: 2 h, by: {crane: 3}}]}\n", "station.crane.utilisation", 2 * 2 * 3 / (24.0 * 4), 1e-12},
    {"who waits for several units waits once", HEAD("measure: 240 h") "resources: {crane: {servers: 4}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}}}\n"
        "processes: {p: [lift: {service: 2 h, by: {crane: 3}}]}\n", "station.crane.queue.mean", 1 / 24.0, 1e-12},
    {"several units are held across steps", HEAD("measure: 240 h") "resources: {officer: {servers: 3}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h], repeat: 24 h}}}\n"
        "processes: {p: [take: {seize: {officer: 2}}, work: {delay: 4 h}, give: {free: {officer: 2}}]}\n", "stream.s.time.mean", 5.5, 0},
    {"when few are on post, the pool named last stays", HEAD("measure: 240 h")
        "resources: {lane: {shifts: [{days: mon-sun, hours: 00:00-24:00, servers: 1}, {days: mon-sun, hours: 08:00-16:00, servers: 2}],"
        " pools: {a: {servers: 1, serves: big}, b: {servers: 1, serves: any}}}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 0 h], repeat: 24 h}, attributes: {big: 0 %}}}\n"
        "processes: {p: [serve: {service: 1 h, by: lane}]}\n", "stream.s.time.mean", 1.5, 0},
    {"when few are on post, the pool named first leaves", HEAD("measure: 240 h")
        "resources: {lane: {shifts: [{days: mon-sun, hours: 00:00-24:00, servers: 1}, {days: mon-sun, hours: 08:00-16:00, servers: 2}],"
        " pools: {b: {servers: 1, serves: any}, a: {servers: 1, serves: big}}}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 0 h], repeat: 24 h}, attributes: {big: 0 %}}}\n"
        "processes: {p: [serve: {service: 1 h, by: lane}]}\n", "stream.s.time.mean", 9.5, 0},
    {"pools keep a calendar", HEAD("measure: 240 h") "calendars: {day: {mon-sun: 08:00-16:00}}\n"
        "resources: {lane: {calendar: day, pools: {a: {servers: 1, serves: big}, b: {servers: 1, serves: any}}}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}, attributes: {big: 0 %}}}\n"
        "processes: {p: [serve: {service: 1 h, by: lane}]}\n", "stream.s.time.mean", 9, 0},
    {"unlimited servers keep a calendar and finish what they began", HEAD("measure: 240 h") "calendars: {day: {mon-sun: 08:00-16:00}}\n"
        "resources: {desk: {servers: unlimited, calendar: day}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [2 h, 2 h, 15 h], repeat: 24 h}}}\n"
        "processes: {p: [serve: {service: 3 h, by: desk}]}\n", "stream.s.time.mean", 7, 0},
    {"a promise on a stage counts waiting and service", HEAD("measure: 240 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h, 12 h, 13 h], repeat: 24 h}}}\n"
        "promises: {x: {metric: import.stage.look, at_most: 2.5 h}}\n"
        "processes: {p: [look: {service: 2 h, by: desk}]}\n", "promise.x.share", 0.5, 0},
    {"a promise on a stage is kept at its bound", HEAD("measure: 240 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h, 12 h, 13 h], repeat: 24 h}}}\n"
        "promises: {x: {metric: import.stage.look, at_most: 3 h}}\n"
        "processes: {p: [look: {service: 2 h, by: desk}]}\n", "promise.x.share", 1, 0},
    {"a promise on a stage is about all visits together", HEAD("measure: 240 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h, 12 h, 13 h], repeat: 24 h}}}\n"
        "promises: {x: {metric: import.stage.look, at_most: 3.5 h}}\n"
        "processes: {p: [one: {delay: 2 h, stage: look}, two: {delay: 2 h, stage: look}]}\n", "promise.x.share", 0, 0},
    {"a promise on a stage is about its own time, not the path's", HEAD("measure: 240 h") ONE_DESK
        "streams: {s: {direction: import, process: p, arrivals: {timetable: [0 h, 1 h, 12 h, 13 h], repeat: 24 h}}}\n"
        "promises: {x: {metric: import.stage.look, at_most: 2 h}}\n"
        "processes: {p: [both: {parallel: {look: {delay: 3 h}, b: {delay: 5 h}}}]}\n", "promise.x.share", 0, 0},

    /* ---- by chance ---- */
    {"vessels wait for their berth", HEAD("measure: 400000 h") "resources: {berth: {servers: 1}, crane: {servers: 4}}\n"
        "streams: {s: {process: p, arrivals: {vessels: {rate: 0.5/h, berth: berth, cranes: {resource: crane, each: 2, moves: 5/h}, containers: constant 10}}}}\n"
        "processes: {p: [discharge: {delay: arrivals}]}\n", "station.berth.wait.mean", 0.5, 0.02},
    {"a vessel keeps all its cranes", HEAD("measure: 400000 h") "resources: {berth: {servers: 2}, crane: {servers: 4}}\n"
        "streams: {s: {process: p, arrivals: {vessels: {rate: 0.5/h, berth: berth, cranes: {resource: crane, each: 2, moves: 5/h}, containers: constant 10}}}}\n"
        "processes: {p: [discharge: {delay: arrivals}]}\n", "station.crane.utilisation", 0.25, 0.02},
    {"a profile keeps the mean rate", HEAD("measure: 16800 h")
        "streams: {s: {process: p, arrivals: {rate: 240/d, profile: {mon-fri: [1,1,1,1,1,1,2,3,4,5,6,7,7,6,5,4,3,2,1,1,1,1,1,1], sat-sun: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}}}\n"
        "processes: {p: [go: {delay: 1 h}]}\n", "stream.s.arrived", 168000, 0.01},
    {"a calendar of arrivals keeps the mean rate", HEAD("measure: 16800 h")
        "calendars: {office: {mon-fri: 08:00-16:00}}\n"
        "streams: {s: {process: p, arrivals: {rate: 240/d, calendar: office}}}\n"
        "processes: {p: [go: {delay: 1 h}]}\n", "stream.s.arrived", 168000, 0.01},
    {"a surge multiplies the rate", HEAD("measure: 1000 h")
        "streams: {s: {process: p, arrivals: {rate: 100/h, surges: [{from: 0 h, to: 100 h, times: 9}]}}}\n"
        "processes: {p: [go: {delay: 1 h}]}\n", "stream.s.arrived", 180000, 0.01},
    {"day-to-day variation keeps the mean rate", HEAD("measure: 48000 h")
        "streams: {s: {process: p, arrivals: {rate: 10/h, day_to_day: 30 %}}}\n"
        "processes: {p: [go: {delay: 1 h}]}\n", "stream.s.arrived", 480000, 0.02},
    {"a rate counts shipments, batches included", HEAD("measure: 16800 h")
        "streams: {s: {process: p, arrivals: {rate: 240/d, in_batches: {of: geometric mean 7}}}}\n"
        "processes: {p: [go: {delay: 1 h}]}\n", "stream.s.arrived", 168000, 0.02},
    {"batches of arrivals", LONG ONE_DESK
        "streams: {s: {process: p, arrivals: {rate: 0.6/h, in_batches: {of: geometric mean 3}}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.wait.mean", 6.5, 0.05},
    {"arrivals by a renewal process", LONG ONE_DESK
        "streams: {s: {process: p, arrivals: {every: 1.25 h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "stream.s.throughput", 0.8, 0.001},
    {"a sinusoidal rate", "format: 1\nname: t\nrun: {measure: 30 h, seed: 1, replications: 1, metrics: [station.desk.number.at(12)]}\n"
        "resources: {desk: {servers: unlimited}}\n"
        "streams: {s: {process: p, arrivals: {rate: 2000/h, sinusoidal: {amplitude: 50 %, period: 24 h}}}}\n"
        "processes: {p: [serve: {service: exponential mean 4 h, by: desk}]}\n", "station.desk.number.at(12)", 9699.04690, 0.02},
    {"a population comes back", LONG "resources: {desk: {servers: 2}}\n"
        "streams: {s: {process: p, arrivals: {population: 10, think: exponential mean 5 h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.wait.mean", 0.58217049287, 0.02},
    {"a full room loses", LONG "resources: {desk: {servers: 1, room: 4, full: lose}}\n"
        "streams: {s: {process: p, arrivals: {rate: 0.8/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.p_block", 0.0888194986556, 0.03},
    {"a full room blocks the step before", LONG "resources: {first: {servers: 1}, second: {servers: 1, room: 5}}\n"
        "streams: {s: {process: p, arrivals: {population: 30, think: 0 h}}}\n"
        "processes: {p: [one: {service: exponential mean 1 h, by: first}, two: {service: exponential mean 1 h, by: second}]}\n", "station.second.throughput", 0.875, 0.02},
    {"patience", LONG "resources: {desk: {servers: 10}}\n"
        "streams: {s: {process: p, arrivals: {rate: 10/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk, gives_up: {after: exponential mean 2 h}}]}\n", "station.desk.p_abandon", 0.103913212326, 0.02},
    {"a promise on a stage is about those who met it", LONG
        "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "promises: {x: {metric: import.stage.look, at_most: 2 h}}\n"
        "processes: {p: [look: {share: 30 %, delay: exponential mean 2 h}]}\n", "promise.x.share", 0.63212055883, 0.01},
    {"the median of a stage's time is over all its steps, of those who met it", LONG
        "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [look: {share: 30 %, delay: exponential mean 1 h}, again: {when: look.met, delay: exponential mean 1 h, stage: look}]}\n", "import.stage.look.p50_h", 1.67834699001666, 0.02},
    {"so is its 90 % point", LONG
        "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [look: {share: 30 %, delay: exponential mean 1 h}, again: {when: look.met, delay: exponential mean 1 h, stage: look}]}\n", "import.stage.look.p90_h", 3.88972016986743, 0.02},
    {"so is its spread", LONG
        "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [look: {share: 30 %, delay: exponential mean 1 h}, again: {when: look.met, delay: exponential mean 1 h, stage: look}]}\n", "import.stage.look.sd_h", 1.41421356237310, 0.02},
    {"so is the share within a time", LONG
        "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [look: {share: 30 %, delay: exponential mean 1 h}, again: {when: look.met, delay: exponential mean 1 h, stage: look}]}\n", "import.stage.look.within_1h", 0.264241117657115, 0.02},
    {"a delay given up", LONG
        "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [tax: {delay: exponential mean 3 h, gives_up: {after: exponential mean 9 h, outcome: returned}}]}\n", "import.clearance.mean_h", 2.25, 0.02},
    {"balking", LONG ONE_DESK
        "streams: {s: {process: p, arrivals: {rate: 3/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk, balk: harmonic}]}\n", "station.desk.number.mean", 3, 0.02},
    {"breakdowns", LONG "resources: {desk: {servers: 1, breakdown: {every: exponential mean 10 h, lasts: exponential mean 2.5 h}}}\n"
        "streams: {s: {process: p, arrivals: {rate: 0.5/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.number.mean", 2.33333333333, 0.04},
    {"servers that age by serving", HEAD("measure: 96 h") "resources: {desk: {servers: 1, breakdown: {every: constant 1.5 h, lasts: constant 2 h, ages: in_service}}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h], repeat: 24 h}}}\n" /* of four hours of service, 1.5 and 4.5 would be interrupted */
        "processes: {p: [serve: {service: constant 1 h, by: desk}]}\n", "stream.s.time.mean", (1 + 3 + 1 + 3) / 4.0, 0},
    {"a service begins again after a repair", HEAD("measure: 96 h") "resources: {desk: {servers: 1, breakdown: {every: constant 10.5 h, lasts: constant 2 h, then: repeat_identical}}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [10 h]}}}\n"
        "processes: {p: [serve: {service: constant 1 h, by: desk}]}\n", "stream.s.time.mean", 3.5, 0},
    {"active breakdowns", LONG "resources: {desk: {servers: 1, breakdown: {every: exponential mean 10 h, lasts: erlang k 2 mean 2 h, ages: in_service}}}\n"
        "streams: {s: {process: p, arrivals: {rate: 0.5/h}}}\n"
        "processes: {p: [serve: {service: erlang k 2 mean 1 h, by: desk}]}\n", "station.desk.wait.mean", 1.725, 0.03},
    {"processor sharing with a room", LONG "resources: {desk: {servers: 1, discipline: ps, room: 1, full: lose}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [serve: {service: erlang k 3 mean 1 h, by: desk}]}\n", "station.desk.p_block", 1.0 / 3, 0.01},
    {"many servers seized at once", HEAD("measure: 96 h") "resources: {bay: {servers: 20}}\n"
        "streams: {s: {process: p, arrivals: {timetable: [0 h, 1 h]}}}\n"
        "processes: {p: [take: {seize: {bay: 12}}, use: {delay: 6 h}, give: {free: {bay: 12}}]}\n", "stream.s.time.mean", (6 + 11) / 2.0, 0},
    {"who abandons, by stream", LONG ONE_DESK
        "streams: {s: {process: p, arrivals: {rate: 0.6/h}}, t: {process: q, arrivals: {rate: 0.5/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk, gives_up: {after: exponential mean 1 h}}], q: [wait: {service: exponential mean 1 h, by: desk}]}\n",
        "station.desk.p_abandon[stream=s]", 0.551328, 0.02},
    {"the number of a class", LONG ONE_DESK
        "streams: {s: {process: p, arrivals: {rate: 0.7/h}, attributes: {vip: 30 %}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.number.mean[vip=true]", 0.7, 0.03},
    {"a stage of a branch that others wait for", LONG
        "streams: {s: {direction: import, process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [both: {parallel: {x: {delay: constant 3 h}, y: {delay: exponential mean 2 h, share: 50 %}}}]}\n", "import.stage.y.mean_if_met_h", 2, 0.02},
    {"vacations", LONG "resources: {desk: {servers: 1, vacation: {lasts: erlang k 4 mean 4 h}}}\n"
        "streams: {s: {process: p, arrivals: {rate: 0.6/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.wait.mean", 4, 0.02},
    {"processor sharing", LONG "resources: {desk: {servers: 1, discipline: ps}}\n"
        "streams: {s: {process: p, arrivals: {rate: 0.8/h}}}\n"
        "processes: {p: [serve: {service: hyperexponential mean 1 h cv 2, by: desk}]}\n", "station.desk.sojourn.mean", 5, 0.05},
    {"shortest service first", LONG "resources: {desk: {servers: 1, discipline: spt}}\n"
        "streams: {s: {process: p, arrivals: {rate: 0.5/h}}}\n"
        "processes: {p: [serve: {service: {mixture: [{share: 80 %, of: 1 h}, {share: 20 %, of: 4 h}]}, by: desk}]}\n", "station.desk.wait.mean", 3, 0.03},
    {"last come, first served", LONG "resources: {desk: {servers: 1, discipline: lcfs}}\n"
        "streams: {s: {process: p, arrivals: {rate: 0.8/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.wait.m2", 200, 0.3},
    {"priorities by attribute", LONG ONE_DESK
        "streams: {s: {process: p, arrivals: {rate: 0.8/h}, attributes: {vip: 50 %}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk, priority: {vip: 1, otherwise: 2}}]}\n"
        "expect: {}\n", "station.desk.wait.mean", 4, 0.05},
    {"pools", LONG "resources: {desk: {pools: {a: {servers: 1, serves: vip}, b: {servers: 1, serves: not vip}}}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {vip: 50 %}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}]}\n", "station.desk.wait.mean", 1, 0.03},
    {"feedback by a route", LONG ONE_DESK
        "streams: {s: {process: p, arrivals: {rate: 0.4/h}}}\n"
        "processes: {p: [serve: {service: exponential mean 1 h, by: desk}, again: {route: {serve: 50 %, otherwise: end}}]}\n", "stream.s.time.mean", 10, 0.05},
    {"alternatives by share", LONG
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [pick: {share: 50 %, choose: {a: {share: 25 %, delay: 4 h}, b: {share: otherwise, delay: 8 h}}}]}\n", "stream.s.time.mean", 3.5, 0.01},
    {"the capacity of a server", LONG "resources: {xray: {servers: 1, capacity: 2/h}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1.6/h}}}\n"
        "processes: {p: [scan: {service: by_capacity, by: xray}]}\n", "station.xray.wait.mean", 1, 0.03},
    {"what a step finds follows from compliance", LONG
        "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {compliant: 90 %}}}\n"
        "processes: {p: [look: {delay: 1 h, finds: {share: 50 %, false_alarm: 10 %}}, more: {delay: 10 h, when: alarm}]}\n", "stream.s.time.mean", 1 + 10 * (0.05 + 0.09), 0.02},
    {"an attribute by the level of another", LONG
        "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {boxes: {1: 50 %, 3..5: 50 %}, odd: {by: boxes, 1: 0 %, otherwise: 80 %}}}}\n"
        "processes: {p: [go: {delay: 10 h, when: odd}]}\n", "stream.s.time.mean", 4, 0.02},
};
/* clang-format on */
enum { CONSTRUCTS = sizeof construct / sizeof construct[0] };

static void every_construct_reaches_the_engine_as_what_it_says(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < CONSTRUCTS; i++) {
        struct model_run run;
        bool fine = model_run_text(&run, construct[i].text, construct[i].metric, 1);
        double value = fine ? model_run_value(&run, construct[i].metric) : NAN,
               allowed = construct[i].within * construct[i].exact;
        if (!(fabs(value - construct[i].exact) <= allowed + 1e-9)) {
            print_error("%s: %s is %.6f, should be %.6f\n%s", construct[i].what, construct[i].metric, value,
                construct[i].exact, run.messages);
            wrong++;
        }
        model_run_clear(&run);
    }
    assert_int_equal(wrong, 0);
}

/* What a number is by streams adds up to what it is in all, whatever happens to shipments on the way. */
static void the_streams_at_a_station_add_up(void **state)
{
    (void)state;
    static const char text[] = HEAD("measure: 2000 h, warm_up: 100 h")
        "resources: {one: {servers: 2, preemption: resume, room: 3}, two: {servers: 1, room: 1, breakdown: {every: exponential mean 10 h, lasts: 1 h}}}\n"
        "streams: {a: {process: a, arrivals: {rate: 0.4/h}}, b: {process: b, arrivals: {rate: 0.4/h}}}\n"
        "processes: {a: [a1: {service: exponential mean 1 h, by: one, priority: 1}, a2: {service: exponential mean 1 h, by: two, gives_up: {after: 2 h}}],\n"
        "  b: [b1: {service: exponential mean 1.2 h, by: one, priority: 2}, b2: {service: exponential mean 1 h, by: two}]}\n";
    static const char *const whole[] = {"station.one.number.mean", "station.one.queue.mean", "station.two.number.mean", "station.two.queue.mean", "station.two.throughput"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        double value[3];
        for (int part = 0; part < 3; part++) {
            char name[80];
            snprintf(name, sizeof name, "%s%s", whole[i], part == 0 ? "" : part == 1 ? "[stream=a]" : "[stream=b]");
            struct model_run run;
            if (!model_run_text(&run, text, name, 1)) fail_msg("%s: %s", name, run.messages);
            value[part] = model_run_value(&run, name);
            model_run_clear(&run);
        }
        assert_true(value[1] > 0 && value[2] > 0);
        if (!(fabs(value[0] - value[1] - value[2]) < 1e-9 * value[0])) fail_msg("%s: %.12g is not %.12g + %.12g", whole[i], value[0], value[1], value[2]);
    }
}

/* clang-format off */
static const struct refusal { const char *what, *text, *message; } refusal[] = {
    {"vessels", HEAD("measure: 240 h") "resources: {berth: {servers: 1}, crane: {servers: 1}}\n"
        "streams: {s: {process: p, arrivals: {vessels: {rate: 1/d, berth: berth, cranes: {resource: crane, moves: 28/h}, containers: constant 5}}}}\n"
        "processes: {p: [go: {delay: 1 h}]}\n", "vessels"},
    {"a lead without a bound", HEAD("measure: 240 h")
        "streams: {s: {process: p, arrivals: {rate: 1/h}, lead: exponential mean 4 h, attributes: {early: 50 %}}}\n"
        "processes: {p: [go: {delay: 1 h}, papers: {delay: 1 h, ahead: early}]}\n", "bound"},
    {"more on post than the pools have", HEAD("measure: 240 h")
        "resources: {lane: {shifts: [{hours: 08:00-16:00, servers: 3}], pools: {a: {servers: 1, serves: big}, b: {servers: 1}}}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}, attributes: {big: 50 %}}}\n"
        "processes: {p: [serve: {service: 1 min, by: lane}]}\n", "its pools have 2"},
    {"unlimited servers that pause", HEAD("measure: 240 h") "calendars: {day: {mon-sun: 08:00-16:00}}\n"
        "resources: {desk: {servers: unlimited, calendar: day, at_close: pause}}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [serve: {service: 3 h, by: desk}]}\n", "at_close: finish"},
    {"an unknown metric", "format: 1\nname: t\nrun: {measure: 240 h, metrics: [stream.s.nonsense]}\n"
        "streams: {s: {process: p, arrivals: {rate: 1/h}}}\n"
        "processes: {p: [go: {delay: 1 h}]}\n", "no metric"},
};
/* clang-format on */

static void what_cannot_be_mapped_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusal / sizeof refusal[0]; i++) {
        struct model_run run;
        assert_false(model_run_text(&run, refusal[i].text, NULL, 1));
        if (!strstr(run.messages, refusal[i].message)) fail_msg("%s: %s", refusal[i].what, run.messages);
        model_run_clear(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_construct_reaches_the_engine_as_what_it_says),
        cmocka_unit_test(the_streams_at_a_station_add_up),
        cmocka_unit_test(what_cannot_be_mapped_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
