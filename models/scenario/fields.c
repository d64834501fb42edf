/* fields.c - the table itself, in the order of the reference page. A row reads: section, name, type, flags, words,
 * section of a map, low, high, default, step kinds, what it means.
 */
#include "models/scenario/fields.h"

#include "models/scenario/diagnostic.h"

#include <string.h>

enum { R = FIELD_REQUIRED, L = FIELD_LIST, I = FIELD_INPUT };
#define NOT_SAID ""
#define ANY_STEP NULL

/* clang-format off */
static const struct field field[] = {
    /* ---- the file ---- */
    {"", "format", FIELD_COUNT, 0, NULL, NULL, 1, 1, "1", NULL, "version of this format"},
    {"", "name", FIELD_TEXT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "short name of the scenario: letters, digits, _ and -"},
    {"", "title", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "one line for people"},
    {"", "description", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "what the scenario is for, and what it leaves out"},
    {"", "notice", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "what every output of a run must say: report, comparison, pictures, JSON"},
    {"", "extends", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "a file whose values hold where this one says nothing; in the same folder or below"},
    {"", "rules_of", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "a date: switches on, of every policy, what is in force on that day"},
    {"", "sources", FIELD_SECTION, 0, NULL, "sources", 0, 0, NOT_SAID, NULL, "publications that values refer to by name"},
    {"", "run", FIELD_SECTION, R, NULL, "run", 0, 0, NOT_SAID, NULL, "what is simulated: window, warm-up, replications"},
    {"", "timezone", FIELD_OFFSET, 0, NULL, NULL, 0, 0, "+00:00", NULL, "fixed offset of all times of day from UTC; no summer time"},
    {"", "calendars", FIELD_SECTION, 0, NULL, "calendars", 0, 0, NOT_SAID, NULL, "opening hours by name"},
    {"", "resources", FIELD_SECTION, 0, NULL, "resources", 0, 0, NOT_SAID, NULL, "who and what serves, by name"},
    {"", "streams", FIELD_SECTION, R, NULL, "streams", 0, 0, NOT_SAID, NULL, "what arrives, by name"},
    {"", "processes", FIELD_SECTION, R, NULL, "processes", 0, 0, NOT_SAID, NULL, "what happens to it, step by step"},
    {"", "start", FIELD_SECTION, 0, NULL, "start", 0, 0, "empty", NULL, "what is inside when the run begins: today's backlog, from a data file"},
    {"", "promises", FIELD_SECTION, 0, NULL, "promises", 0, 0, NOT_SAID, NULL, "bounds that are promised (SLA), by name"},
    {"", "policies", FIELD_SECTION, 0, NULL, "policies", 0, 0, NOT_SAID, NULL, "named changes that a run may switch on"},
    {"", "expect", FIELD_SECTION, 0, NULL, "expect", 0, 0, NOT_SAID, NULL, "published values of metrics, to compare with"},
    {"", "sites", FIELD_SECTION, 0, NULL, "sites", 0, 0, NOT_SAID, NULL, "each site has its own copy of every resource, stream and process: SITE_NAME"},
    {"sites", "*", FIELD_SECTION, 0, NULL, "site", 0, 0, NOT_SAID, NULL, "a site, by name"},
    {"site", "label", FIELD_TEXT, 0, NULL, NULL, 0, 0, "the name", NULL, "for display"},
    {"site", "groups", FIELD_NAME, L, NULL, NULL, 0, 0, NOT_SAID, NULL, "groups that its streams join: metrics GROUP_import.*, GROUP_export.*, and GROUP_UNIT.* of streams without a direction"},
    {"site", "rates", FIELD_SECTION, 0, NULL, "site_rates", 0, 0, NOT_SAID, NULL, "factors of the streams' rates; 0: the site has no such stream"},
    {"site", "servers", FIELD_SECTION, 0, NULL, "site_servers", 0, 0, NOT_SAID, NULL, "numbers of servers that differ from the file's"},
    {"site", "set", FIELD_OVERLAY, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "other values of the file that differ here, by path"},
    {"site", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where this site's values are from"},
    {"site", "assumed", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "LOW..HIGH, the range of this site's values of that unit"},
    {"site_rates", "*", FIELD_NUMBER, I, NULL, NULL, 0, 1e9, "1", NULL, "factor of that stream's rate"},
    {"site_servers", "*", FIELD_COUNT, I, "unlimited", NULL, 1, 1e8, NOT_SAID, NULL, "servers of that resource"},
    {"sources", "*", FIELD_SECTION, 0, NULL, "source", 0, 0, NOT_SAID, NULL, "a source, by the name that values refer to"},
    {"source", "title", FIELD_TEXT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "publication, place, sample"},
    {"source", "date", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "of publication"},
    {"source", "url", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where it can be read"},

    /* ---- run ---- */
    {"run", "measure", FIELD_MEASURE, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "days whose arrivals are followed to their end, both included: 2022-09-01..2022-11-30; or a duration, in a scenario without dates (it then begins on a Monday, 00:00)"},
    {"run", "warm_up", FIELD_DURATION, 0, "auto", NULL, 0, 876000, "0 h", NULL, "simulated before the first measured day; auto: found from the data"},
    {"run", "replications", FIELD_COUNT, 0, NULL, NULL, 1, 1e6, "10", NULL, "independent repetitions"},
    {"run", "seed", FIELD_SEED, 0, NULL, NULL, 0, 0, "1", NULL, "names the luck: equal seeds give equal bits"},
    {"run", "drain_limit", FIELD_DURATION, 0, NULL, NULL, 0, 8760000, "the length of the window", NULL, "how long after the window its shipments are followed"},
    {"run", "steady", FIELD_WORD, 0, "claim|no_claim", NULL, 0, 0, "claim", NULL, "no_claim: the window is an episode, so no trend check applies"},
    {"run", "precision", FIELD_SHARE, 0, NULL, NULL, 1e-6, 1, NOT_SAID, NULL, "relative half-width at which replications stop being added"},
    {"run", "most_replications", FIELD_COUNT, 0, NULL, NULL, 1, 1e6, "1000 with precision, else replications", NULL, "bound for precision"},
    {"run", "batches", FIELD_COUNT, 0, NULL, NULL, 3, 640, NOT_SAID, NULL, "of one long run, replications: 1: intervals of times and waits from the means of so many equal parts of the window"},
    {"run", "scale", FIELD_SHARE, 0, NULL, NULL, 1e-9, 1, "1", NULL, "arrivals and servers at this share, servers rounded up: a quick look at a large scenario"},
    {"run", "metrics", FIELD_TEXT, L, NULL, NULL, 0, 0, NOT_SAID, NULL, "further metrics to observe, by name"},
    {"run", "by", FIELD_NAME, L, NULL, NULL, 0, 0, NOT_SAID, NULL, "attributes whose levels are reported apart, and set side by side by compare: who gained, who lost"},
    {"run", "report", FIELD_WORD, 0, "all|listed", NULL, 0, 0, "all", NULL, "listed: only what metrics, promises and expect name; for very many short replications"},

    /* ---- calendars ---- */
    {"calendars", "*", FIELD_CALENDAR, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "hours by days: mon-fri: 08:30-12:00 13:30-17:30; a span past midnight belongs to the day on which it begins; days not named are closed. closed: dates or ranges of dates. open_as: {mon-fri: dates that open like those days}"},

    /* ---- resources ---- */
    {"resources", "*", FIELD_SECTION, 0, NULL, "resource", 0, 0, NOT_SAID, NULL, "a resource, by name"},
    {"resource", "servers", FIELD_COUNT, I, "unlimited", NULL, 1, 1e8, "1 with a capacity", NULL, "how many serve at once"},
    {"resource", "shifts", FIELD_SECTION, L, NULL, "shift", 0, 0, NOT_SAID, NULL, "servers by days and hours, instead of servers; the last line that fits wins; no line: nobody"},
    {"resource", "calendar", FIELD_REFERENCE, 0, "calendar", NULL, 0, 0, NOT_SAID, NULL, "hours in which it is open; round the clock unless said"},
    {"resource", "at_close", FIELD_WORD, 0, "finish|pause", NULL, 0, 0, "finish", NULL, "at closing time: finish what is in service, or pause it until the opening"},
    {"resource", "capacity", FIELD_RATE, I, NULL, NULL, 1e-9, 1e12, NOT_SAID, NULL, "of one server, for service: by_capacity (constant time 1/capacity)"},
    {"resource", "room", FIELD_COUNT, I, NULL, NULL, 0, 1e9, "unlimited", NULL, "places to wait, without those in service"},
    {"resource", "full", FIELD_WORD, 0, "block|lose", NULL, 0, 0, "block", NULL, "when no place is free: the step before is blocked, or the shipment is lost"},
    {"resource", "discipline", FIELD_WORD, 0, "fcfs|lcfs|siro|priority|spt|edf|ps", NULL, 0, 0, "fcfs", NULL, "who is next; a step with priority: on a fcfs resource makes it priority"},
    {"resource", "preemption", FIELD_WORD, 0, "none|resume|repeat_identical|repeat_different", NULL, 0, 0, "none", NULL, "whether a higher priority interrupts, and how the interrupted goes on"},
    {"resource", "breakdown", FIELD_SECTION, 0, NULL, "breakdown", 0, 0, NOT_SAID, NULL, "failures of each server"},
    {"resource", "outages", FIELD_SECTION, L, NULL, "outage", 0, 0, NOT_SAID, NULL, "spans in which nobody serves; what is in service pauses, unless at_close: finish is said"},
    {"resource", "vacation", FIELD_SECTION, 0, NULL, "vacation", 0, 0, NOT_SAID, NULL, "absences taken when the queue is empty"},
    {"resource", "n_policy", FIELD_COUNT, I, NULL, NULL, 0, 1e6, "1", NULL, "service begins when so many wait"},
    {"resource", "batch", FIELD_COUNT, I, NULL, "served_batch", 1, 1e6, "1", NULL, "how many are served together: a number, or {min:, max:}"},
    {"resource", "pools", FIELD_SECTION, 0, NULL, "pools", 0, 0, NOT_SAID, NULL, "servers kept for some shipments, instead of servers; with shifts, when fewer are on post than the pools have, the pool named last keeps its servers longest"},
    {"resource", "wage", FIELD_NUMBER, I, NULL, NULL, 0, 1e9, NOT_SAID, NULL, "of one server on post, an hour: metrics customs.wages_per_day, station.NAME.wages_per_day"},
    {"resource", "owner", FIELD_TEXT, 0, NULL, NULL, 0, 0, "customs", NULL, "whose it is: customs, another agency by its name, trader, terminal, carrier"},
    {"resource", "label", FIELD_TEXT, 0, NULL, NULL, 0, 0, "the name", NULL, "for display"},
    {"resource", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where this section's values are from"},
    {"resource", "assumed", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "LOW..HIGH, the range of this section's values of that unit"},
    {"shift", "days", FIELD_DAYS, 0, NULL, NULL, 0, 0, "mon-sun", NULL, "days on which it begins"},
    {"shift", "dates", FIELD_DATES, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "dates on which it begins"},
    {"shift", "hours", FIELD_HOURS, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "22:00-06:00 belongs to the day on which it begins"},
    {"shift", "servers", FIELD_COUNT, R | I, NULL, NULL, 0, 1e8, NOT_SAID, NULL, "on post; 0 closes"},
    {"breakdown", "every", FIELD_TIMES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "time in working order"},
    {"breakdown", "together", FIELD_YES_NO, 0, NULL, NULL, 0, 0, "false", NULL, "true: all servers at once, as of an IT platform"},
    {"breakdown", "lasts", FIELD_TIMES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "time to repair"},
    {"breakdown", "ages", FIELD_WORD, 0, "always|in_service", NULL, 0, 0, "always", NULL, "whether `every` is counted all the time, or only while the server serves"},
    {"breakdown", "then", FIELD_WORD, 0, "resume|repeat_identical|repeat_different", NULL, 0, 0, "resume", NULL, "how the interrupted service goes on after the repair"},
    {"outage", "from", FIELD_MOMENT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "its beginning: 2022-11-11 00:00; without dates a duration from the start of the window"},
    {"outage", "to", FIELD_MOMENT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "its end"},
    {"vacation", "lasts", FIELD_TIMES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "length of one absence"},
    {"vacation", "single", FIELD_YES_NO, 0, NULL, NULL, 0, 0, "false", NULL, "true: one absence, then wait; false: another one while the queue is empty"},
    {"served_batch", "min", FIELD_COUNT, I, NULL, NULL, 1, 1e6, "1", NULL, "fewest that begin together"},
    {"served_batch", "max", FIELD_COUNT, R | I, NULL, NULL, 1, 1e6, NOT_SAID, NULL, "most that are served together"},
    {"pools", "*", FIELD_SECTION, 0, NULL, "pool", 0, 0, NOT_SAID, NULL, "a pool, by name"},
    {"pool", "servers", FIELD_COUNT, R | I, NULL, NULL, 1, 1e8, NOT_SAID, NULL, "of the pool"},
    {"pool", "serves", FIELD_CONDITION, 0, NULL, NULL, 0, 0, "any", NULL, "a condition on attributes, or any"},

    /* ---- streams ---- */
    {"streams", "*", FIELD_SECTION, 0, NULL, "stream", 0, 0, NOT_SAID, NULL, "a stream, by name"},
    {"stream", "direction", FIELD_WORD, 0, "import|export|none", NULL, 0, 0, "none", NULL, "the metrics import.* and export.* take all streams of that direction together"},
    {"stream", "unit", FIELD_NAME, 0, NULL, NULL, 0, 0, "declaration", NULL, "what one shipment is: declaration, container, lorry, parcel"},
    {"stream", "process", FIELD_REFERENCE, R, "process", NULL, 0, 0, NOT_SAID, NULL, "what happens to its shipments"},
    {"stream", "arrivals", FIELD_SECTION, R, NULL, "arrivals", 0, 0, NOT_SAID, NULL, "when they come"},
    {"stream", "attributes", FIELD_SECTION, 0, NULL, "attributes", 0, 0, NOT_SAID, NULL, "what they are like"},
    {"stream", "lead", FIELD_TIMES, I, NULL, NULL, 0, 0, NOT_SAID, NULL, "time before arrival at which the steps marked ahead begin; a bounded distribution: constant, uniform, triangular, pert, discrete, empirical"},
    {"stream", "groups", FIELD_NAME, L, NULL, NULL, 0, 0, NOT_SAID, NULL, "groups of streams that metrics speak of together: GROUP_import.*, GROUP_export.*"},
    {"stream", "costs", FIELD_SECTION, 0, NULL, "costs", 0, 0, NOT_SAID, NULL, "what clearance costs its traders: metrics DIR.cost.*"},
    {"stream", "traders", FIELD_SECTION, 0, NULL, "traders", 0, 0, NOT_SAID, NULL, "whose shipments they are: gives the attribute trader, a number from 1, the most active first"},
    {"stream", "label", FIELD_TEXT, 0, NULL, NULL, 0, 0, "the name", NULL, "for display"},
    {"stream", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where this section's values are from"},
    {"stream", "assumed", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "LOW..HIGH, the range of this section's values of that unit"},
    {"traders", "count", FIELD_COUNT, R | I, NULL, NULL, 1, 1e9, NOT_SAID, NULL, "how many there are"},
    {"traders", "activity", FIELD_TEXT, I, NULL, NULL, 0, 0, "even", NULL, "zipf 1.1: shipments of trader k in proportion to k^-1.1, integrated from k to k + 1; even: all alike"},
    {"traders", "fixed", FIELD_NAME, L, NULL, NULL, 0, 0, NOT_SAID, NULL, "attributes that all shipments of a trader share, drawn once for each"},
    {"costs", "currency", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "of all amounts, for display"},
    {"costs", "storage", FIELD_SECTION, 0, NULL, "cost_rate", 0, 0, NOT_SAID, NULL, "of the time from arrival to release beyond the free time"},
    {"costs", "demurrage", FIELD_SECTION, 0, NULL, "cost_rate", 0, 0, NOT_SAID, NULL, "likewise"},
    {"costs", "capital", FIELD_SHARE, I, NULL, NULL, 0, 10, "0 %", NULL, "a year, of the attribute value, for the time from arrival to release"},
    {"costs", "fees", FIELD_SECTION, 0, NULL, "fees", 0, 0, NOT_SAID, NULL, "amounts by step of the process: {examination: 400}"},
    {"costs", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where this section's values are from"},
    {"costs", "assumed", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "LOW..HIGH, the range of this section's values of that unit"},
    {"cost_rate", "free", FIELD_DURATION, I, NULL, NULL, 0, 876000, "0 h", NULL, "free time"},
    {"cost_rate", "per_day", FIELD_NUMBER, R | I, NULL, NULL, 0, 1e12, NOT_SAID, NULL, "amount for a day beyond it, by the hour"},
    {"cost_rate", "begun_days", FIELD_YES_NO, 0, NULL, NULL, 0, 0, "false", NULL, "true: a day begun counts whole"},
    {"cost_rate", "of", FIELD_NAME, 0, NULL, NULL, 0, 0, "the shipment", NULL, "the attribute that it is multiplied with: teu, tonnes"},
    {"fees", "*", FIELD_NUMBER, I, NULL, NULL, 0, 1e12, NOT_SAID, NULL, "amount, each time a shipment has done the step"},
    {"attributes", "*", FIELD_ATTRIBUTE, I, NULL, NULL, 0, 0, NOT_SAID, NULL, "a flag: 20 %; a category: {red: 20 %, blue: 80 %}, levels may be numbers or ranges of whole numbers (3..10); a number: a distribution; by another attribute: {by: class, aeo: 80 %, otherwise: 50 %}. compliant is true unless given"},
    {"arrivals", "rate", FIELD_RATE, I, NULL, NULL, 0, 1e12, NOT_SAID, NULL, "Poisson arrivals at this mean rate, over profile, calendar and batches"},
    {"arrivals", "every", FIELD_TIMES, I, NULL, NULL, 0, 0, NOT_SAID, NULL, "renewal arrivals: the time from one to the next"},
    {"arrivals", "sinusoidal", FIELD_SECTION, 0, NULL, "sinusoidal", 0, 0, NOT_SAID, NULL, "the rate swings: rate (1 + amplitude sin(2 pi (t + phase) / period))"},
    {"arrivals", "profile", FIELD_PROFILE, I, NULL, NULL, 0, 0, NOT_SAID, NULL, "{mon-fri: [24 numbers], sat-sun: [24 numbers]}, relative, by the hour; or the name of a stream whose profile is taken"},
    {"arrivals", "surges", FIELD_SECTION, L, NULL, "surge", 0, 0, NOT_SAID, NULL, "spans in which the rate is multiplied"},
    {"arrivals", "day_to_day", FIELD_SHARE, I, NULL, NULL, 0, 5, "0 %", NULL, "standard deviation of a random factor a day, of mean 1"},
    {"arrivals", "calendar", FIELD_REFERENCE, 0, "calendar", NULL, 0, 0, NOT_SAID, NULL, "no arrivals while it is closed; the rate stays the mean over all hours"},
    {"arrivals", "in_batches", FIELD_SIZES, I, NULL, "in_batches", 0, 0, NOT_SAID, NULL, "how many come together; the rate counts shipments, every counts batches"},
    {"arrivals", "population", FIELD_COUNT, I, NULL, NULL, 1, 1e7, NOT_SAID, NULL, "a closed population: so many that come again and again"},
    {"arrivals", "think", FIELD_TIMES, I, NULL, NULL, 0, 0, NOT_SAID, NULL, "time from leaving to coming again, of a population"},
    {"arrivals", "timetable", FIELD_TEXT, L, NULL, NULL, 0, 0, NOT_SAID, NULL, "times of day, durations from the Monday 00:00 on or before the window, or dated hours"},
    {"arrivals", "repeat", FIELD_DURATION, 0, NULL, NULL, 1e-6, 876000, "once", NULL, "the timetable recurs after so long, before and after"},
    {"arrivals", "replay", FIELD_SECTION, 0, NULL, "replay", 0, 0, NOT_SAID, NULL, "arrivals from a data file"},
    {"arrivals", "vessels", FIELD_SECTION, 0, NULL, "vessels", 0, 0, NOT_SAID, NULL, "vessels that berth and are unloaded: a batch of shipments each"},
    {"arrivals", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where this section's values are from"},
    {"arrivals", "assumed", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "LOW..HIGH, the range of this section's values of that unit"},
    {"sinusoidal", "amplitude", FIELD_SHARE, R | I, NULL, NULL, 0, 1, NOT_SAID, NULL, "0 to 100 %"},
    {"sinusoidal", "period", FIELD_DURATION, I, NULL, NULL, 1e-3, 876000, "24 h", NULL, "of one swing"},
    {"sinusoidal", "phase", FIELD_DURATION, I, NULL, NULL, -876000, 876000, "0 h", NULL, "how far into the swing the clock starts"},
    {"surge", "from", FIELD_MOMENT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "its beginning: 2022-11-11 00:00; without dates a duration from the start of the window"},
    {"surge", "to", FIELD_MOMENT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "its end"},
    {"surge", "times", FIELD_NUMBER, R | I, NULL, NULL, 0, 1e6, NOT_SAID, NULL, "factor on the rate"},
    {"in_batches", "of", FIELD_SIZES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "size of a batch, rounded to a whole number of at least 1"},
    {"in_batches", "by", FIELD_NAME, 0, NULL, NULL, 0, 0, "batch", NULL, "what brings it: flight, train"},
    {"replay", "file", FIELD_TEXT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "comma-separated, the first line names the columns; in the scenario's folder or below"},
    {"replay", "time", FIELD_TEXT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "column of the arrival's time"},
    {"replay", "unit", FIELD_WORD, 0, "s|min|h|d|week|dated", NULL, 0, 0, "dated", NULL, "dated: 2022-11-11 00:00; else numbers, from the start of the window"},
    {"replay", "attributes", FIELD_SECTION, 0, NULL, "replayed", 0, 0, NOT_SAID, NULL, "attributes that are read from columns"},
    {"replayed", "*", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "the column: numbers, true or false, or level names of an attribute of some stream"},
    {"vessels", "rate", FIELD_RATE, R | I, NULL, NULL, 0, 1e9, NOT_SAID, NULL, "vessels"},
    {"vessels", "berth", FIELD_REFERENCE, R, "resource", NULL, 0, 0, NOT_SAID, NULL, "held while the vessel is unloaded"},
    {"vessels", "cranes", FIELD_SECTION, R, NULL, "cranes", 0, 0, NOT_SAID, NULL, "that unload it"},
    {"vessels", "containers", FIELD_SIZES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "of one vessel, rounded"},
    {"cranes", "resource", FIELD_REFERENCE, R, "resource", NULL, 0, 0, NOT_SAID, NULL, "the cranes"},
    {"cranes", "each", FIELD_COUNT, I, NULL, NULL, 1, 1e6, "1", NULL, "cranes at one vessel"},
    {"cranes", "moves", FIELD_RATE, R | I, NULL, NULL, 1e-9, 1e9, NOT_SAID, NULL, "of one crane"},

    /* ---- processes ---- */
    {"processes", "*", FIELD_STEPS, 0, NULL, "step", 0, 0, NOT_SAID, NULL, "a list of steps, each one key, its name: - document_check: {service: ..., by: ...}"},
    {"step", "service", FIELD_TIMES, I, "by_capacity", NULL, 0, 0, NOT_SAID, "service", "time with a resource; by_capacity: 1/capacity of it"},
    {"step", "by", FIELD_USE, 0, NULL, NULL, 0, 0, NOT_SAID, "service", "the resource; several at once as a list or {name: units}"},
    {"step", "delay", FIELD_TIMES, I, "arrivals", NULL, 0, 0, NOT_SAID, "delay query", "time without a resource, round the clock unless in: is given; arrivals: until the vessel's unloading has reached it"},
    {"step", "in", FIELD_REFERENCE, 0, "calendar", NULL, 0, 0, "round the clock", "delay query", "the delay passes only while this calendar is open"},
    {"step", "parallel", FIELD_BRANCHES, 0, NULL, "step", 0, 0, NOT_SAID, "parallel", "branches by name, each one step's body or a list of steps; the time belongs to the branch that was last"},
    {"step", "join", FIELD_COUNT, 0, "all|any", NULL, 1, 1e3, "all", "parallel", "how many branches must be done"},
    {"step", "choose", FIELD_BRANCHES, 0, NULL, "step", 0, 0, NOT_SAID, "choose", "exactly one of these alternatives: each has a share, or a when; the first that fits is taken, shares sum to 100 %; otherwise (as the share, or as a name) takes the rest; an alternative without a step takes no time"},
    {"step", "steps", FIELD_STEPS, 0, NULL, "step", 0, 0, NOT_SAID, "steps", "inside parallel and choose: several steps in a row, in a branch that has a share or a when"},
    {"step", "milestone", FIELD_NAME, 0, NULL, NULL, 0, 0, NOT_SAID, "milestone", "a moment with a name: arrived, lodged, released, or another; lodged and released start and end customs' own time and the clearance"},
    {"step", "outcome", FIELD_NAME, 0, NULL, NULL, 0, 0, NOT_SAID, "outcome", "ends the process for this shipment: rejected, returned, seized"},
    {"step", "selectivity", FIELD_SECTION, 0, NULL, "selectivity", 0, 0, NOT_SAID, "selectivity", "gives the lane; a step named selectivity may hold these keys itself"},
    {"step", "criteria", FIELD_SECTION, L, NULL, "criterion", 0, 0, NOT_SAID, "selectivity", "as in selectivity"},
    {"step", "at_least_random", FIELD_SHARE, I, NULL, NULL, 0, 1, "0 %", "selectivity", "as in selectivity"},
    {"step", "top_up", FIELD_SECTION, 0, NULL, "top_up", 0, 0, NOT_SAID, "selectivity", "as in selectivity"},
    {"step", "learns", FIELD_SECTION, 0, NULL, "learns", 0, 0, NOT_SAID, "selectivity", "as in selectivity"},
    {"step", "score", FIELD_SECTION, 0, NULL, "score", 0, 0, NOT_SAID, "selectivity", "as in selectivity"},
    {"step", "route", FIELD_ROUTES, 0, NULL, NULL, 0, 0, NOT_SAID, "route", "{STEP: 10 %, otherwise: next}, {STEP: CONDITION}, or {shortest_queue: [STEP, STEP]}; STEP may be next or end; what no row takes goes to otherwise"},
    {"step", "back_to", FIELD_REFERENCE, 0, "step", NULL, 0, 0, NOT_SAID, "query", "makes it a query: after the delay, back to that earlier step"},
    {"step", "of", FIELD_REFERENCE, 0, "step", NULL, 0, 0, NOT_SAID, "query", "the step that asks: only shipments that met it are queried"},
    {"step", "stops_clock", FIELD_YES_NO, 0, NULL, NULL, 0, 0, "false", "query", "true: the customs clock stops until the answer"},
    {"step", "seize", FIELD_USE, 0, NULL, NULL, 0, 0, NOT_SAID, "seize", "takes a resource and keeps it over the steps that follow"},
    {"step", "free", FIELD_USE, 0, NULL, NULL, 0, 0, NOT_SAID, "free", "gives it back"},
    {"step", "batch", FIELD_SECTION, 0, NULL, "batch", 0, 0, NOT_SAID, "batch", "waits until so many are together"},
    {"step", "unbatch", FIELD_YES_NO, 0, NULL, NULL, 0, 0, NOT_SAID, "unbatch", "true: the batch falls apart"},
    {"step", "hold", FIELD_REFERENCE, 0, "calendar", "hold", 0, 0, NOT_SAID, "hold", "waits until a calendar is open, or {until: a moment}"},
    {"step", "when", FIELD_CONDITION, 0, "otherwise", NULL, 0, 0, NOT_SAID, ANY_STEP, "only shipments for which it holds do this step; the grammar of conditions is below"},
    {"step", "share", FIELD_SHARE, I, "otherwise", NULL, 0, 1, "100 %", ANY_STEP, "only this share does it (of those for which when holds)"},
    {"step", "ahead", FIELD_CONDITION, 0, NULL, NULL, 0, 0, NOT_SAID, "service delay parallel choose milestone selectivity query outcome", "only at the top of a process: shipments for which it holds do this step before arrival, in order, from arrival - lead on"},
    {"step", "owner", FIELD_TEXT, 0, NULL, NULL, 0, 0, "the resource's, else the enclosing step's, else customs", ANY_STEP, "whose time it is: customs, another agency by its name, trader, terminal, carrier"},
    {"step", "stage", FIELD_NAME, 0, NULL, NULL, 0, 0, "the step's name; of an alternative: the choice's stage", ANY_STEP, "stage of the time release study; several steps may share one"},
    {"step", "label", FIELD_TEXT, 0, NULL, NULL, 0, 0, "the name", ANY_STEP, "for display"},
    {"step", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, ANY_STEP, "where this step's values are from"},
    {"step", "assumed", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, ANY_STEP, "LOW..HIGH, the range of this step's values of that unit"},
    {"step", "priority", FIELD_LEVELS, 0, NULL, NULL, 0, 0, NOT_SAID, "service seize", "1 is served first; a number, or {CONDITION: 1, otherwise: 2}, the first that holds; 1 to 255"},
    {"step", "due", FIELD_DURATION, I, NULL, NULL, 0, 876000, NOT_SAID, "service seize", "for discipline edf: hours after arrival"},
    {"step", "finds", FIELD_SECTION, 0, NULL, "finds", 0, 0, NOT_SAID, "service delay", "what the step discovers"},
    {"step", "gives_up", FIELD_SECTION, 0, NULL, "gives_up", 0, 0, NOT_SAID, "service seize delay", "leaves when it has waited too long (a delay: when the delay is longer)"},
    {"step", "balk", FIELD_WORD, 0, "harmonic", "balk", 0, 0, NOT_SAID, "service seize", "who stays away from a queue: {join: [100 %, 80 %, 50 %]} by number present, the last for all more; harmonic: joins with 1/(n + 1)"},
    {"step", "full", FIELD_NAME, 0, NULL, "full", 0, 0, "the outcome lost", "service seize", "where a shipment goes that finds a resource with full: lose full: an outcome, or {outcome:, to:}"},
    {"selectivity", "criteria", FIELD_SECTION, L, NULL, "criterion", 0, 0, NOT_SAID, NULL, "first: rules that send a rate of some shipments to a lane"},
    {"selectivity", "at_least_random", FIELD_SHARE, I, NULL, NULL, 0, 1, "0 %", NULL, "then: share of all, drawn at random, to the highest lane of top_up"},
    {"selectivity", "top_up", FIELD_SECTION, 0, NULL, "top_up", 0, 0, NOT_SAID, NULL, "last: by score, each lane up to this share of all, red before yellow before blue"},
    {"selectivity", "score", FIELD_SECTION, 0, NULL, "score", 0, 0, "uniform", NULL, "how the risk score is distributed"},
    {"selectivity", "learns", FIELD_SECTION, 0, NULL, "learns", 0, 0, NOT_SAID, NULL, "what later examinations find raises or lowers the score; top_up holds over the run"},
    {"learns", "by", FIELD_NAME, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "the attribute by whose levels it learns"},
    {"learns", "memory", FIELD_DURATION, I, NULL, NULL, 1e-3, 8760000, "365 d", NULL, "examinations count less with age: by exp(-age / memory)"},
    {"learns", "prior", FIELD_NUMBER, I, NULL, NULL, 1e-6, 1e9, "10", NULL, "examinations by which a level's hit rate is drawn to that of all"},
    {"learns", "weight", FIELD_NUMBER, I, NULL, NULL, 0, 1e6, "1", NULL, "of the log odds of the level's hit rate against all, added to the score"},
    {"criterion", "when", FIELD_CONDITION, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "on attributes"},
    {"criterion", "lane", FIELD_WORD, R, "green|blue|yellow|red", NULL, 0, 0, NOT_SAID, NULL, "where it sends"},
    {"criterion", "rate", FIELD_SHARE, I, NULL, NULL, 0, 1, "100 %", NULL, "share of those"},
    {"criterion", "from", FIELD_MOMENT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "a campaign, on top of what the rest selects: its beginning; 2022-11-11 00:00, or without dates a duration from the start of the window"},
    {"criterion", "to", FIELD_MOMENT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "its end"},
    {"top_up", "red", FIELD_SHARE, I, NULL, NULL, 0, 1, "0 %", NULL, "examined, share of all shipments in the end"},
    {"top_up", "yellow", FIELD_SHARE, I, NULL, NULL, 0, 1, "0 %", NULL, "documents checked"},
    {"top_up", "blue", FIELD_SHARE, I, NULL, NULL, 0, 1, "0 %", NULL, "released, audited later"},
    {"score", "binormal", FIELD_SECTION, 0, NULL, "binormal", 0, 0, NOT_SAID, NULL, "one distribution for compliant shipments, one for the others"},
    {"score", "scorecard", FIELD_SECTION, 0, NULL, "scorecard", 0, 0, NOT_SAID, NULL, "points by a model file, from what a shipment is like"},
    {"scorecard", "from", FIELD_TEXT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "a model file that greenlane fit wrote; in the scenario's folder or below"},
    {"scorecard", "attributes", FIELD_SECTION, 0, NULL, "replayed", 0, 0, NOT_SAID, NULL, "{ATTRIBUTE: COLUMN of the model}; a column that is called like an attribute, letter case and punctuation apart, needs no row"},
    {"binormal", "compliant", FIELD_SCORES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "normal mean 0 sd 1"},
    {"binormal", "not_compliant", FIELD_SCORES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "normal mean 2.7 sd 1.5"},
    {"finds", "share", FIELD_SHARE, R | I, NULL, "found_by", 0, 1, NOT_SAID, NULL, "of shipments that are not compliant: alarm and found become true; by what is wrong: {drugs: 60 %, otherwise: 20 %}"},
    {"finds", "false_alarm", FIELD_SHARE, I, NULL, NULL, 0, 1, "0 %", NULL, "of compliant shipments: alarm becomes true"},
    {"found_by", "*", FIELD_SHARE, I, NULL, NULL, 0, 1, NOT_SAID, NULL, "of shipments with that level of the attribute offence; otherwise: of those not named"},
    {"gives_up", "after", FIELD_TIMES, R | I, NULL, NULL, 0, 0, NOT_SAID, NULL, "patience"},
    {"gives_up", "outcome", FIELD_NAME, 0, NULL, NULL, 0, 0, "gave_up", NULL, "how it ends"},
    {"gives_up", "to", FIELD_REFERENCE, 0, "step", NULL, 0, 0, NOT_SAID, NULL, "goes on there instead: a step, or next"},
    {"full", "outcome", FIELD_NAME, 0, NULL, NULL, 0, 0, "lost", NULL, "how it ends"},
    {"full", "to", FIELD_REFERENCE, 0, "step", NULL, 0, 0, NOT_SAID, NULL, "goes on there instead: a step, or next"},
    {"balk", "join", FIELD_SHARE, R | L | I, NULL, NULL, 0, 1, NOT_SAID, NULL, "P(join) with 0, 1, 2, ... present"},
    {"batch", "size", FIELD_COUNT, R | I, NULL, NULL, 1, 1e7, NOT_SAID, NULL, "how many"},
    {"batch", "or_after", FIELD_DURATION, I, NULL, NULL, 0, 876000, NOT_SAID, NULL, "or when the first has waited so long"},
    {"hold", "calendar", FIELD_REFERENCE, 0, "calendar", NULL, 0, 0, NOT_SAID, NULL, "until it is open"},
    {"hold", "until", FIELD_MOMENT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "until then"},

    /* ---- what is inside at the start ---- */
    {"start", "from", FIELD_TEXT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "comma-separated, the first line names the columns, a line a shipment; in the scenario's folder or below"},
    {"start", "stream", FIELD_TEXT, 0, NULL, NULL, 0, 0, "stream", NULL, "column of the stream's name"},
    {"start", "step", FIELD_TEXT, 0, NULL, NULL, 0, 0, "step", NULL, "column of the step at which it stands; an empty cell: at the process's beginning"},
    {"start", "age", FIELD_TEXT, 0, NULL, NULL, 0, 0, "age", NULL, "column of the time since its arrival"},
    {"start", "unit", FIELD_WORD, 0, "s|min|h|d|week", NULL, 0, 0, "h", NULL, "of the ages"},
    {"start", "attributes", FIELD_SECTION, 0, NULL, "replayed", 0, 0, NOT_SAID, NULL, "attributes that are read from columns; the others are drawn"},

    /* ---- what is asked of the result ---- */
    {"promises", "*", FIELD_SECTION, 0, NULL, "promise", 0, 0, NOT_SAID, NULL, "a promise, by name"},
    {"promise", "metric", FIELD_TEXT, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "a time: import.clearance, import.lodgement_to_release, import.stage.NAME, station.NAME.wait"},
    {"promise", "at_most", FIELD_DURATION, R, NULL, NULL, 0, 876000, NOT_SAID, NULL, "the bound"},
    {"promise", "for", FIELD_SHARE, 0, NULL, NULL, 0, 1, NOT_SAID, NULL, "share of shipments that keep it; without: the breach rate is shown"},
    {"promise", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where it is promised"},
    {"expect", "*", FIELD_SECTION, 0, NULL, "expected", 0, 0, NOT_SAID, NULL, "a metric, by its name"},
    {"expected", "value", FIELD_VALUE, R, NULL, NULL, 0, 0, NOT_SAID, NULL, "as published, with its unit"},
    {"expected", "within", FIELD_VALUE, 0, NULL, NULL, 0, 0, "5 %", NULL, "3 % is of the value; 5 points, of a share; 2 h, of a time"},
    {"expected", "role", FIELD_WORD, 0, "fitted|held_back", NULL, 0, 0, "held_back", NULL, "fitted: inputs were chosen so that it comes out; held_back: a test"},
    {"expected", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where it is published"},
    {"policies", "*", FIELD_SECTION, 0, NULL, "policy", 0, 0, NOT_SAID, NULL, "a policy, by name"},
    {"policy", "title", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "one line for people"},
    {"policy", "in_force", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "since when, a day or a month: 2018-11-01, 2018-11; what rules_of goes by"},
    {"policy", "source", FIELD_TEXT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "where it is published"},
    {"policy", "starts", FIELD_MOMENT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "switches it on inside the run; shipments in flight keep their way"},
    {"policy", "ends", FIELD_MOMENT, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "with starts: switches it off again; a campaign, a trial"},
    {"policy", "set", FIELD_OVERLAY, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "{path: value}; null deletes"},
    {"policy", "scale", FIELD_OVERLAY, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "{path: factor}: every number with a unit of time, or the number"},
    {"policy", "insert", FIELD_OVERLAY, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "{after: STEP or before: STEP, step: {NAME: {...}}}, or a list of these"},
    {"policy", "remove", FIELD_OVERLAY, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "a path, or a list of paths"},
    {"policy", "levels", FIELD_OVERLAY, 0, NULL, NULL, 0, 0, NOT_SAID, NULL, "variants by name, each with set, scale, insert, remove, and its own in_force: --policy NAME=LEVEL"},
};
/* clang-format on */
enum { FIELDS = sizeof field / sizeof field[0] };

const struct field *fields_all(size_t *n)
{
    *n = FIELDS;
    return field;
}

const struct field *fields_find(const char *section, const char *name)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(field[i].section, section) == 0 && (field[i].name[0] == '*' || strcmp(field[i].name, name) == 0))
            return &field[i];
    return NULL;
}

const char *fields_suggest(const char *section, const char *name)
{
    const char *candidate[FIELDS];
    size_t n = 0;
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(field[i].section, section) == 0 && field[i].name[0] != '*') candidate[n++] = field[i].name;
    return diagnostic_suggest(name, candidate, n);
}

bool fields_has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    while (words && *words) {
        size_t length = strcspn(words, "| ");
        if (length == n && strncmp(words, word, n) == 0) return true;
        words += length + (words[length] != '\0');
    }
    return false;
}

bool fields_is_bounded(const struct field *of)
{
    return of->low != 0 || of->high != 0;
}

bool fields_is_name(const char *text)
{
    size_t n = 0;
    if (!(text[0] >= 'a' && text[0] <= 'z')) return false;
    while ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= '0' && text[n] <= '9') || text[n] == '_') n++;
    return text[n] == '\0' && n <= 64;
}

const char *const *fields_step_kinds(size_t *n)
{
    static const char *const kind[] = {"back_to", "service", "parallel", "choose", "milestone", "outcome",
        "selectivity", "route", "seize", "free", "batch", "unbatch", "hold", "steps", "delay"};
    *n = sizeof kind / sizeof kind[0];
    return kind;
}
