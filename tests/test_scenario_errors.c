/* test_scenario_errors.c - whatever is wrong in a file is reported with its place, its field, what was found and what
 * would be right; and all of it in one go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/scenario_text.h"

/* Pieces put into the small scenario below; NULL leaves it as it is. */
struct piece {
    const char *run, *desk, *resources, *arrivals, *stream, *one, *step, *tail;
    const char *messages;
};

static const char form[] = "name: t\n"
                           "run: {measure: %s}\n"
                           "resources: {desk: {servers: 2%s}%s}\n"
                           "streams:\n"
                           "  s: {process: p, arrivals: {%s}%s}\n"
                           "processes:\n"
                           "  p:\n"
                           "    - one: {service: 30 min, by: desk%s}\n"
                           "    - %s\n"
                           "%s\n";

static const struct piece piece[] = {
    {.desk = ", shifts: {hours: 08:00-16:00, servers: 1}",
        .messages = "3:29: error: resources.desk.servers: servers stand beside shifts; give one of the two\n"},
    {.desk = ", sevrers: 3",
        .messages = "3:32: error: resources.desk.sevrers: there is no such field here; did you mean 'servers'?\n"},
    {.resources = ", bad: {servers: two}",
        .messages = "3:48: error: resources.bad.servers: 'two' is not a number; a whole number from 1 to 100000000 is "
                    "wanted\n"},
    {.resources = ", bad: {servers: 3, discipline: fifo}",
        .messages = "3:63: error: resources.bad.discipline: 'fifo' is not possible here; write fcfs, lcfs, siro, "
                    "priority, spt, edf or ps\n"},
    {.resources = ", bad: {servers: 3, full: lose}",
        .messages = "3:57: error: resources.bad.full: full: lose has no room to be full; give room: N\n"},
    {.resources = ", bad: {shifts: {hours: 08:00-16:00, servers: 0}}",
        .messages = "3:47: error: resources.bad.shifts: no shift has a server; nobody would ever serve\n"},
    {.resources = ", bad: {servers: 3, preemption: resume, discipline: spt}",
        .messages = "3:63: error: resources.bad.preemption: preemption needs an order in which someone may interrupt; write discipline: priority or lcfs\n"},
    {.resources = ", bad: {servers: 3, batch: {min: 5, max: 3}}",
        .messages = "3:58: error: resources.bad.batch: max 3 is under min 5; write min <= max\n"},
    {.resources = ", bad: {servers: 1, breakdown: {every: 0 h, lasts: 1 h}}",
        .messages =
            "3:70: error: resources.bad.breakdown.every: it breaks down all the time; a mean over 0 is wanted\n"},
    {.resources = ", bad: {servers: 1, vacation: {}}",
        .messages = "3:61: error: resources.bad.vacation: lasts is missing; length of one absence\n"},
    {.resources = ", Bad: {servers: 1}",
        .messages = "3:33: error: resources.Bad: 'Bad' is not a name; write a letter, then letters, digits and _ in "
                    "lower case\n"},
    {.resources = ", bad: 3",
        .messages = "3:38: error: resources.bad: a single value stands here; a map is wanted: {KEY: VALUE, ...}\n"},
    {.resources = ", bad: [3]",
        .messages = "3:38: error: resources.bad: a list stands here; a map is wanted: {KEY: VALUE, ...}\n"},
    {.resources = ", bad: {servers: {value: 3, sorce: x}}",
        .messages = "3:59: error: resources.bad.servers: 'sorce' does not belong beside a value; source or assumed do; "
                    "did you mean 'source'?\n"},
    {.resources = ", bad: {servers: {value: 3, assumed: 3 h..4 h}}",
        .messages = "3:68: error: resources.bad.servers.assumed: the range '3 h..4 h' has another unit than its value; "
                    "write LOW..HIGH in that unit\n"},
    {.resources = ", bad: {pools: {a: {servers: 1, serves: aoe == true}}}",
        .stream = ", attributes: {aeo: 20 %}",
        .messages = "3:71: error: resources.bad.pools.a.serves: 'aoe' is no attribute, level or step.met; write one "
                    "that the scenario has; did you mean 'aeo'?\n"},
    {.resources = ", bad: {servers: 1, calendar: office}",
        .tail = "calendars: {office: {mon-fri: 08:30-12:00 11:00-17:00}}",
        .messages = "10:31: error: calendars.office.mon-fri: '11:00-17:00' overlaps the hours before it; write hours "
                    "in order: 08:30-12:00 13:30-17:30\n"},
    {.resources = ", bad: {servers: 1, calendar: office}",
        .tail = "calendars: {office: {mon: 08:00-12:00, mon-fri: 09:00-12:00}}",
        .messages = "10:40: error: calendars.office.mon-fri: a day is named twice; name each day in one line\n"},
    {.resources = ", bad: {servers: 1, calendar: office}",
        .tail = "calendars: {office: {mon: closed}}",
        .messages = "10:21: error: calendars.office: it never opens; give some days hours: mon-fri: 08:30-17:30\n"},
    {.arrivals = "",
        .messages = "5:29: error: streams.s.arrivals: nothing arrives; write rate: 340/d, every: erlang k 2 mean 30 "
                    "min, population, timetable, replay or vessels\n"},
    {.arrivals = "rate: 1/h, every: 1 h",
        .messages = "5:48: error: streams.s.arrivals.every: 'every' stands beside another way to arrive; write one of "
                    "the two\n"},
    {.arrivals = "rate: 1",
        .messages = "5:36: error: streams.s.arrivals.rate: '1' has no unit; a rate has a unit: 5/s, 3/min, 28/h, 340/d "
                    "or 21/week\n"},
    {.arrivals = "rate: 1/h, think: 1 h",
        .messages = "5:48: error: streams.s.arrivals.think: think belongs to a population; write population: N\n"},
    {.arrivals = "population: 5",
        .messages = "5:29: error: streams.s.arrivals: think is missing; a population needs the time until each member "
                    "comes again\n"},
    {.arrivals = "every: 0 h",
        .messages = "5:37: error: streams.s.arrivals.every: the time between arrivals is 0; a mean over 0 is wanted\n"},
    {.arrivals = "every: 1 h, day_to_day: 10 %",
        .messages =
            "5:54: error: streams.s.arrivals.day_to_day: day_to_day bends a rate, and there is none; write rate:\n"},
    {.arrivals = "rate: 1/h, surges: {from: 2022-11-11 00:00, to: 3 d, times: 9}",
        .messages = "5:56: error: streams.s.arrivals.surges.0.from: '2022-11-11 00:00' is a date; the run has none, so "
                    "write a duration from its start: 48 h\n"},
    {.arrivals = "rate: 1/h, surges: [{from: 1 d, to: 3 d, times: 9}, {from: 2 d, to: 4 d, times: 2}]",
        .messages =
            "5:82: error: streams.s.arrivals.surges.1: it overlaps the surge 0; write surges one after another\n"},
    {.arrivals = "rate: 1/h, sinusoidal: {amplitude: 150 %}",
        .messages =
            "5:65: error: streams.s.arrivals.sinusoidal.amplitude: '150 %' is out of range; 0 to 100 % is possible\n"},
    {.arrivals = "rate: 1/h, profile: t",
        .messages = "5:50: error: streams.s.arrivals.profile: there is no stream 't'; write one that the file names\n"},
    {.arrivals = "rate: 1/h, profile: s",
        .messages = "5:50: error: streams.s.arrivals.profile: the profiles refer to each other in a circle; write the "
                    "numbers at one of them\n"},
    {.arrivals = "rate: 1/h, profile: {mon-sun: [1, 2, 3]}",
        .messages = "5:60: error: streams.s.arrivals.profile.mon-sun: 3 numbers stand here; 24 are wanted, one an hour "
                    "from 00:00\n"},
    {.arrivals = "rate: 1/h, profile: {mon: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}",
        .messages = "5:50: error: streams.s.arrivals.profile: the profile has no numbers for tue; name every day of "
                    "the week\n"},
    {.arrivals = "rate: 1/h, in_batches: {of: constant 0.4}",
        .messages = "5:53: error: streams.s.arrivals.in_batches: a batch has less than one shipment on average; a mean "
                    "of at least 1 is wanted\n"},
    {.arrivals = "timetable: [06:00, 18:00], repeat: 6 h",
        .messages = "5:41: error: streams.s.arrivals.timetable: the times span 12 h, but repeat after 6 h; make repeat "
                    "longer\n"},
    {.arrivals = "timetable: [6 am]",
        .messages = "5:42: error: streams.s.arrivals.timetable.0: '6 am' is no time; write 06:00, 30 h or, in a run "
                    "with dates, 2022-11-11 06:00\n"},
    {.arrivals = "replay: {file: none.csv, time: t, unit: h}",
        .messages = "5:45: error: streams.s.arrivals.replay.file: the file 'none.csv' is not there; give its path from "
                    "the scenario's folder\n"},
    {.arrivals =
            "vessels: {rate: 21/week, berth: dek, cranes: {resource: desk, each: 3, moves: 28/h}, containers: 300}",
        .messages = "5:62: error: streams.s.arrivals.vessels.berth: there is no resource 'dek'; write one that the "
                    "file names; did you mean 'desk'?\n"
                    "5:75: error: streams.s.arrivals.vessels.cranes: each vessel takes 3 cranes of 2; take fewer or "
                    "add servers\n"},
    {.stream = ", lead: exponential mean 3 h",
        .one = ", ahead: true",
        .messages = "5:48: error: streams.s.lead: 'exponential mean 3 h' has no upper bound; write constant, uniform, "
                    "triangular, pert, discrete or empirical\n"},
    {.one = ", ahead: true",
        .messages = "5:6: error: streams.s: lead is missing; its process has steps ahead of arrival: lead: uniform low "
                    "12 h high 72 h\n"},
    {.stream = ", direction: inport",
        .messages = "5:53: error: streams.s.direction: 'inport' is not possible here; write import, export or none; "
                    "did you mean 'import'?\n"},
    {.stream = ", attributes: {lane: 20 %}",
        .messages =
            "5:55: error: streams.s.attributes.lane: 'lane' is built in and set by the steps; choose another name\n"},
    {.stream = ", attributes: {x: {a: 20 %, 3: 80 %}}",
        .messages = "5:58: error: streams.s.attributes.x: the shares sum to 20 %; 100 % is wanted\n"
                    "5:68: error: streams.s.attributes.x: '3' mixes numbers and words; name all levels by numbers or "
                    "all by words\n"},
    {.stream = ", attributes: {x: 20 %, y: {by: x, true: 10 %}}",
        .messages =
            "5:67: error: streams.s.attributes.y.otherwise: y has no row for 'false'; add one, or otherwise:\n"},
    {.stream = ", attributes: {x: 20 %, y: {by: x, true: 10 %, false: {a: 100 %}}}",
        .messages = "5:94: error: streams.s.attributes.y.false: it is not the same kind everywhere; a flag (20 %), a "
                    "category ({a: 20 %, b: 80 %}) or a number, but one of them\n"},
    {.stream = ", attributes: {x: {a: 50 %, b: 50 %}, y: {by: x, c: 10 %, otherwise: 5 %}}",
        .messages = "5:89: error: streams.s.attributes.y.c: there is no level 'c'; write one that the file names\n"},
    {.stream = ", attributes: {compliant: 97.76}",
        .messages = "5:66: error: streams.s.attributes.compliant: compliant is a flag; write the share of compliant "
                    "shipments: 97.8 %\n"},
    {.step = "two: {delay: arrivals}",
        .messages = "5:29: error: streams.s.arrivals: the step 'two' waits for the vessel's unloading, but no vessels "
                    "bring this stream; write arrivals: {vessels: ...}\n"},
    {.step = "two: {service: 1 h}",
        .messages = "9:12: error: processes.p.two: by is missing; a service names its resource: by: NAME (a delay "
                    "needs none)\n"},
    {.step = "two: {service: by_capacity, by: desk}",
        .messages = "9:22: error: processes.p.two.service: 'desk' has no capacity; give it one (capacity: 1800/h) or "
                    "write a time here\n"},
    {.step = "two: {delay: 1 h, by: desk}",
        .messages = "9:25: error: processes.p.two.by: it does not belong to a step of the kind delay; it belongs to: "
                    "service; give it a step of its own, or leave it out\n"},
    {.step = "two: {delay: 1 h, in: offic}",
        .messages = "9:29: error: processes.p.two.in: there is no calendar 'offic'; the file names none\n"},
    {.step = "two: 3 h",
        .messages = "9:12: error: processes.p.two: a step is a map; write - two: {service: exponential mean 1 h, by: "
                    "RESOURCE}\n"},
    {.step = "[one, two]",
        .messages =
            "9:7: error: processes.p.1: a step is one key and its body; write - NAME: {service: ..., by: ...}\n"},
    {.step = "two: {label: nothing}",
        .messages = "9:12: error: processes.p.two: nothing says what the step does; write service:, delay:, parallel:, "
                    "choose:, milestone:, outcome:, selectivity:, route:, seize:, free:, batch:, unbatch: or hold:\n"},
    {.step = "end: {delay: 1 h}",
        .messages = "9:7: error: processes.p.end: 'end' is a word of routes; choose another name\n"},
    {.step = "Two: {delay: 1 h}",
        .messages = "9:7: error: processes.p.Two: 'Two' is not a name; write a letter, then letters, digits and _ in "
                    "lower case\n"},
    {.step = "two: {service: 1 h, by: {desk: 3}}",
        .messages = "9:32: error: processes.p.two.by: it wants 3 of 'desk', which has 2; want fewer or add servers\n"},
    {.step = "two: {service: 1 h, by: [desk, desk]}",
        .messages = "9:38: error: processes.p.two.by: 'desk' stands here twice; write {desk: 2}\n"},
    {.step = "two: {delay: 1 h, share: otherwise}",
        .messages =
            "9:32: error: processes.p.two.share: otherwise belongs to an alternative of choose; write a share: 20 %\n"},
    {.step = "two: {delay: 1 h, share: 12}",
        .messages = "9:32: error: processes.p.two.share: '12' is over 1; a share is a percentage or a number from 0 to "
                    "1: 12 % or 0.12\n"},
    {.step = "two: {delay: 1 h, share: -1 %}",
        .messages = "9:32: error: processes.p.two.share: '-1 %' is negative; at least 0 is wanted\n"},
    {.step = "two: {parallel: {a: {delay: 1 h}, b: {delay: 2 h}}, join: 3}",
        .messages = "9:65: error: processes.p.two.join: it waits for 3 branches of 2; write at most 2\n"},
    {.step = "two: {parallel: {a: {delay: 1 h, ahead: true}, b: {delay: 2 h}}}",
        .stream = ", lead: 3 h",
        .messages = "9:47: error: processes.p.two.parallel.a.ahead: ahead stands inside another step; write it at the "
                    "parallel step 'two'\n"},
    {.step = "two: {parallel: {a: {delay: 1 h}, one: {delay: 2 h}}}",
        .messages = "9:41: error: processes.p.two.parallel.one: there is another step 'one' in this process, in line "
                    "8; choose another name\n"},
    {.step = "two: {choose: {a: {share: 20 %}, b: {share: 30 %, delay: 1 h}}}",
        .messages = "9:21: error: processes.p.two.choose: the shares sum to 50 %, not 100 %; give one alternative "
                    "share: otherwise\n"},
    {.step = "two: {choose: {a: {delay: 2 h}, b: {share: otherwise, delay: 1 h}}}",
        .messages = "9:25: error: processes.p.two.choose.a: the alternative has no share; write share: 20 %, when: "
                    "CONDITION or share: otherwise\n"},
    {.step = "two: {choose: {a: {share: otherwise}, b: {share: otherwise, delay: 1 h}}}",
        .messages = "9:48: error: processes.p.two.choose.b: there is a second otherwise; only one takes the rest\n"},
    {.step = "two: {choose: {a: {share: 20 %, when: compliant}, b: {share: otherwise}}}",
        .messages = "9:25: error: processes.p.two.choose.a: share and when stand together; an alternative has one of "
                    "the two\n"},
    {.step = "two: {choose: {a: {when: compliant}, b: {when: not compliant}}}",
        .messages = "9:21: error: processes.p.two.choose: no alternative takes what no condition takes; give one "
                    "share: otherwise\n"},
    {.step = "two: {top_up: {red: 60 %, yellow: 50 %}, at_least_random: 1 %, selectivity: {}}",
        .messages =
            "9:21: error: processes.p.two.top_up: it stands beside selectivity:; write it inside selectivity: {...}\n"
            "9:65: error: processes.p.two.at_least_random: it stands beside selectivity:; write it inside selectivity: "
            "{...}\n"},
    {.step = "selectivity: {top_up: {red: 60 %, yellow: 50 %}}",
        .messages =
            "9:29: error: processes.p.selectivity.top_up: the lanes sum to 110 %, over 100 %; make them smaller\n"},
    {.step = "selectivity: {at_least_random: 5 %}",
        .messages =
            "9:20: error: processes.p.selectivity: at_least_random has no lane to go to; give top_up: {red: 3 %}\n"},
    {.step = "selectivity: {top_up: {rad: 60 %}}",
        .messages =
            "9:30: error: processes.p.selectivity.top_up.rad: there is no such field here; did you mean 'red'?\n"},
    {.step = "selectivity: {criteria: {when: x == 1, lane: red}}",
        .messages = "9:38: error: processes.p.selectivity.criteria.0.when: 'x' is no attribute, level or step.met; "
                    "write one that the scenario has\n"},
    {.step = "two: {route: {one: 60 %, end: 50 %}}",
        .messages = "9:20: error: processes.p.two.route: the shares sum to 110 %, over 100 %; make them smaller\n"},
    {.step = "two: {route: {on: 60 %}}",
        .messages = "9:21: error: processes.p.two.route.on: there is no step 'on'; write one that the file names; did "
                    "you mean 'one'?\n"},
    {.step = "two: {route: {one: complaint}}",
        .messages = "9:26: error: processes.p.two.route.one: 'complaint' is no attribute, level or step.met; write one "
                    "that the scenario has; did you mean 'compliant'?\n"},
    {.step = "two: {delay: 1 h, back_to: three}",
        .messages = "9:34: error: processes.p.two.back_to: there is no step 'three'; write one that the file names\n"},
    {.step = "two: {back_to: one}",
        .messages = "9:12: error: processes.p.two: delay is missing; a query lasts until its answer: delay: lognormal "
                    "median 6 h p90 40 h\n"},
    {.step = "two: {hold: {}}",
        .messages = "9:19: error: processes.p.two.hold: a hold waits for one thing; write a calendar's name, or "
                    "{until: 2022-11-11 00:00}\n"},
    {.step = "two: {service: 1 h, by: desk, full: rejected}",
        .messages = "9:43: error: processes.p.two.full: the resource blocks when it is full; write room: N and full: "
                    "lose there\n"},
    {.step = "two: {service: 1 h, by: desk, gives_up: {after: 3}}",
        .messages =
            "9:55: error: processes.p.two.gives_up.after: '3' has no unit of time; write s, min, h, d or week\n"},
    {.step = "two: {service: 1 h, by: desk, priority: {compliant: 0}}",
        .messages =
            "9:59: error: processes.p.two.priority: '0' is out of range; a whole number from 1 to 255 is wanted\n"},
    {.step = "two: {service: 1 h, by: desk, priority: 1}",
        .desk = ", discipline: lcfs",
        .messages = "9:47: error: processes.p.two.priority: the discipline of 'desk' knows no priorities; write "
                    "discipline: priority there\n"},
    {.step = "two: {batch: {size: 0}}",
        .messages = "9:27: error: processes.p.two.batch.size: '0' is out of range; a whole number from 1 to 10000000 "
                    "is wanted\n"},
    {.step = "two: {delay: 1 h, assumed: 3 h..1 h}",
        .messages = "9:34: error: processes.p.two.assumed: '3 h..1 h' runs backwards; write LOW..HIGH\n"},
    {.step = "two: {delay: 1 h, source: qingdao_2019}",
        .tail = "sources: {qingdao_2018: {title: x}}",
        .messages = "9:33: error: processes.p.two.source: there is no source 'qingdao_2019'; write one of sources:, or "
                    "a sentence; did you mean 'qingdao_2018'?\n"},
    {.step = "two: {delay: }",
        .messages = "9:20: error: processes.p.two.delay: nothing stands here; write a value, or leave the key out\n"},
    {.run = "10 d, warm_up: 0 h, most_replications: 3",
        .messages =
            "2:55: error: run.most_replications: most_replications 3 is under replications 10; make it larger\n"},
    {.run = "10 days, warm_up: 0 h",
        .messages =
            "2:16: error: run.measure: '10 days' has no unit 'days'; write d; or dates: 2022-09-01..2022-11-30\n"},
    {.run = "2022-11-30..2022-11-01, warm_up: 0 h",
        .messages = "2:16: error: run.measure: '2022-11-30..2022-11-01' runs backwards; write a date or two: "
                    "2022-09-01..2022-11-30\n"},
    {.run = "10 d, warm_up: 0 h, replications: 1.5",
        .messages = "2:50: error: run.replications: '1.5' is not whole; a whole number from 1 to 1000000 is wanted\n"},
    {.run = "10 d, warm_up: 0 h, metrics: [station.dek.wait.mean]",
        .messages = "2:46: error: run.metrics: 'station.dek.wait.mean' is no metric: 'dek' is not one of desk; did you "
                    "mean 'desk'?\n"},
    {.run = "10 d, warm_up: 0 h, metrics: station.desk.wait.maen",
        .messages = "2:45: error: run.metrics: 'station.desk.wait.maen' is no metric: 'maen' is not one of mean, m2, "
                    "var, sd, scv, p50, p90, p95, p99, most, at_most(x); did you mean 'mean'?\n"},
    {.tail = "promises: {x: {metric: s.arrived, at_most: 3 h}}",
        .messages = "10:24: error: promises.x.metric: 's.arrived' is no time; write import.clearance, "
                    "import.stage.NAME or station.NAME.wait\n"},
    {.tail = "promises: {x: {metric: s.clearance, at_most: 3}}",
        .messages = "10:46: error: promises.x.at_most: '3' has no unit; a duration has a unit: 30 s, 15 min, 48 h, 7 d "
                    "or 2 week\n"},
    {.tail = "expect: {s.clearance.mean_h: {value: 3, role: fited}}",
        .messages =
            "10:38: error: expect.s.clearance.mean_h.value: '3' does not go with this metric; write a time: 32.02 h\n"
            "10:47: error: expect.s.clearance.mean_h.role: 'fited' is not possible here; write fitted or held_back; "
            "did you mean 'fitted'?\n"},
    {.tail = "expect: {s.clearance.mean_h: {value: 3 h, within: 3 points}}",
        .messages = "10:51: error: expect.s.clearance.mean_h.within: '3 points' does not go with this metric; write 3 "
                    "% (of the value) or 2 h\n"},
    {.tail = "expect: {s.stage.on.mean_h: {value: 3 h}}",
        .messages = "10:10: error: expect.s.stage.on.mean_h: 's.stage.on.mean_h' is no metric: there is no stage 'on'; "
                    "write a step's stage; did you mean 'one'?\n"},
    {.tail = "timezone: CET",
        .messages = "10:11: error: timezone: 'CET' is no offset from UTC; write +08:00 or -03:30 (a fixed offset, no "
                    "summer time)\n"},
    {.stream = ", traders: {count: 9, activity: zipf 1.1}, attributes: {class: {by: trader, 1..3: {a: 1}, otherwise: {b: 1}}}",
        .messages = "5:108: error: streams.s.attributes.class.by: the trader of traders: is a number, and by needs a flag or a "
                    "category; draw class once for each trader, with traders: {fixed: [class]}, or write trader as an attribute of "
                    "ranges in place of traders:, {1..20: 22 %, 21..500: 78 %}\n"},
    {.tail = "format: 2", .messages = "10:9: error: format: '2' is out of range; 1 is wanted\n"},
};

static const char *or_else(const char *text, const char *fallback)
{
    return text ? text : fallback;
}

static void every_mistake_has_its_message(void **state)
{
    (void)state;
    char text[4096], messages[4096];
    for (size_t i = 0; i < sizeof piece / sizeof piece[0]; i++) {
        const struct piece *p = &piece[i];
        snprintf(text, sizeof text, form, or_else(p->run, "10 d, warm_up: 0 h"), or_else(p->desk, ""),
            or_else(p->resources, ""), or_else(p->arrivals, "rate: 1/h"), or_else(p->stream, ""), or_else(p->one, ""),
            or_else(p->step, "two: {milestone: released}"), or_else(p->tail, ""));
        struct scenario *scenario = scenario_of(text, messages, sizeof messages);
        assert_string_equal(messages, p->messages);
        if (strstr(p->messages, "error:")) assert_null(scenario);
        scenario_destroy(scenario);
    }
}

static void the_small_scenario_itself_is_right(void **state)
{
    (void)state;
    char text[4096], messages[4096];
    snprintf(
        text, sizeof text, form, "10 d, warm_up: 0 h", "", "", "rate: 1/h", "", "", "two: {milestone: released}", "");
    struct scenario *scenario = scenario_of(text, messages, sizeof messages);
    assert_string_equal(messages, "");
    assert_non_null(scenario);
    scenario_destroy(scenario);
}

static void all_mistakes_of_a_file_are_reported_in_one_go(void **state)
{
    (void)state;
    static const char text[] = "name: t\n"
                               "titel: nothing\n"
                               "run: {measure: 90, warm_up: 1 h}\n"
                               "resources: {desk: {servers: 0, calender: office}}\n"
                               "streams:\n"
                               "  s: {process: q, arrivals: {rate: -5/h}, attributes: {x: 120 %}}\n"
                               "processes:\n"
                               "  p:\n"
                               "    - one: {service: 30 m, by: dekk}\n"
                               "    - one: {delay: 1 h, when: lne == red}\n";
    static const char wanted[] =
        "2:1: error: titel: there is no such field here; did you mean 'title'?\n"
        "3:16: error: run.measure: '90' has no unit; a duration has a unit: 30 s, 15 min, 48 h, 7 d or 2 week; or "
        "dates: "
        "2022-09-01..2022-11-30\n"
        "4:29: error: resources.desk.servers: '0' is out of range; a whole number from 1 to 100000000 is wanted\n"
        "4:32: error: resources.desk.calender: there is no such field here; did you mean 'calendar'?\n"
        "6:16: error: streams.s.process: there is no process 'q'; write one that the file names\n"
        "6:36: error: streams.s.arrivals.rate: '-5/h' is negative; at least 0 is wanted\n"
        "6:59: error: streams.s.attributes.x: '120 %' is no share; 0 to 100 % is possible\n"
        "9:22: error: processes.p.one.service: '30 m' has no unit 'm'; min or month? write min for minutes; months "
        "differ in "
        "length, write days: 30 d\n"
        "9:32: error: processes.p.one.by: there is no resource 'dekk'; write one that the file names; did you mean "
        "'desk'?\n"
        "10:7: error: processes.p.one: there is another step 'one' in this process, in line 9; choose another name\n"
        "10:31: error: processes.p.one.when: 'lne' is no attribute, level or step.met; write one that the scenario "
        "has; did you "
        "mean 'lane'?\n";
    char messages[4096];
    assert_null(scenario_of(text, messages, sizeof messages));
    assert_string_equal(messages, wanted);
}

static void what_is_missing_is_named_with_its_meaning(void **state)
{
    (void)state;
    char messages[4096];
    assert_null(scenario_of("name: t\nrun: {seed: 3}\nstreams: {}\n", messages, sizeof messages));
    assert_non_null(strstr(messages, "2:6: error: run: measure is missing; days whose arrivals are followed"));
    assert_non_null(strstr(messages, "3:10: error: streams: nothing stands here; write at least one, by its name\n"));
    assert_non_null(strstr(messages, "1:1: error: processes is missing; what happens to it, step by step\n"));
}

static void what_makes_no_sense_is_a_warning(void **state)
{
    (void)state;
    static const char text[] = "name: t\n"
                               "run: {measure: 10 d}\n"
                               "resources: {desk: {servers: 2}, spare: {servers: 1, preemption: resume}}\n"
                               "calendars: {never: {mon: 08:00-12:00}}\n"
                               "streams:\n"
                               "  s: {process: p, direction: import, arrivals: {rate: 5/h}, lead: 3 h}\n"
                               "  t: {process: p, arrivals: {rate: 0/h}, attributes: {aeo: 20 %}}\n"
                               "processes:\n"
                               "  p:\n"
                               "    - one: {service: 30 min, by: desk, assumed: 20 %..30 %}\n"
                               "    - two: {delay: 0 h, share: 0 %}\n"
                               "    - three: {delay: 9000 h}\n"
                               "  q:\n"
                               "    - four: {delay: {value: 2 h, assumed: 3 h..4 h}, when: aeo}\n";
    static const char wanted[] =
        "2:6: warning: run: there is no warm_up: the window begins empty; write one, or warm_up: 0 h to say so\n"
        "3:13: warning: resources.desk: no steady state: it is offered the work of 2.5 servers and has 2 on average, so "
        "its queue grows without end; number.growth says how fast\n"
        "3:33: warning: resources.spare: no step uses it; leave it out, or name it in by:\n"
        "3:33: warning: resources.spare: preemption without a step that has a priority: nobody is ever interrupted\n"
        "4:13: warning: calendars.never: nothing uses it; leave it out, or name it in calendar:\n"
        "6:3: warning: streams.s: its process has no milestone released, so its clearance ends with the last step\n"
        "6:67: warning: streams.s.lead: no step of its process is marked ahead, so the lead does nothing\n"
        "7:3: warning: streams.t: its rate is 0, so nothing arrives\n"
        "10:49: warning: processes.p.one.assumed: the range '20 %..30 %' fits no value here; give it the unit of the "
        "value it "
        "is for\n"
        "11:7: warning: processes.p.two: its share is 0 %, so no shipment does it\n"
        "11:7: warning: processes.p.two: it takes no time\n"
        "12:7: warning: processes.p.three: it takes over a year on average; check the unit\n"
        "13:3: warning: processes.q: no stream uses it; leave it out, or name it in process:\n"
        "14:43: warning: processes.q.four.delay.assumed: the range '3 h..4 h' does not hold the value itself (2 h); widen it, or write it beside "
        "the value that it is for, {value: X, assumed: LOW..HIGH}\n";
    char messages[4096];
    struct scenario *scenario = scenario_of(text, messages, sizeof messages);
    assert_string_equal(messages, wanted);
    assert_non_null(scenario);
    scenario_destroy(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_small_scenario_itself_is_right),
        cmocka_unit_test(every_mistake_has_its_message),
        cmocka_unit_test(all_mistakes_of_a_file_are_reported_in_one_go),
        cmocka_unit_test(what_is_missing_is_named_with_its_meaning),
        cmocka_unit_test(what_makes_no_sense_is_a_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
