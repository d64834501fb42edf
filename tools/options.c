/* options.c - see options.h. An option belongs to the commands whose bit it carries; `--` ends the options; a value
 * follows as `--name value`, `--name=value`, `-n value` or `-nvalue`; `-` alone is an argument (standard input). */
#include "tools/options.h"
#include "models/scenario/diagnostic.h"
#include "models/scenario/quantity.h"
#include "tools/command.h"
#include "tools/table.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RUN = 1,
    COMPARE = 2,
    PLOT = 4,
    CHECK = 8,
    VALIDATE = 16,
    SHOW = 32,
    VERIFY = 64,
    SCHEMA = 128,
    FIT = 256,
    ATTRIBUTE = 512,
    SWEEP = 1024,
    FRONTIER = 2048,
    STAFF = 4096,
    CALIBRATE = 8192,
    RNG_DUMP = 16384,
    TRACE = 32768,
    ALL = 65535,
    ASKING = ATTRIBUTE | SWEEP | FRONTIER | STAFF | CALIBRATE, /* questions that take many variants */
    SIMULATING = RUN | COMPARE | PLOT | VALIDATE
};

static const struct command_def commands[] = { /* in the order of the bits above */
    {"run", "FILE", "simulate a scenario, store the result and print it",
        "Replications that the store already holds are not simulated again. FILE may be `-`\n"
        "for standard input, and may carry policies: FILE+advance+payment.",
        "greenlane run scenarios/china-2017.yaml --policy advance -n 20\n"
        "greenlane run port.yaml --set resources.document_officers.servers=12 --json",
        1, 1, command_run},
    {"compare", "A B [C...]", "compare variants; the first is the baseline",
        "Each is a scenario FILE, a FILE+POLICY[+POLICY...], or a stored run: run:14, or\n"
        "run:NAME for the newest `run` or `compare` of that scenario. Files run under common random numbers,\n"
        "with the seed and replications of the first stored run named, else of A.\n"
        "--policy and --set change every file but A; with one FILE, B is that file with them.",
        "greenlane compare scenarios/china-2017.yaml scenarios/china-2022.yaml\n"
        "greenlane compare port.yaml --policy machine_review",
        1, 16, command_compare},
    {"plot", "KIND A [B...]", "draw a picture of one variant or of several",
        "KIND: throughput   arrivals and releases a day, band over replications\n"
        "      cumulative   arrivals and releases since the start\n"
        "      capacity     volume swept from 0.5 to 1.5: releases, mean and p90\n"
        "      cdf          share of shipments released by hours\n"
        "      stages       mean hours by stage, coloured by whose time\n"
        "      queues       shipments waiting for each resource\n"
        "      utilisation  busy share of each resource by hour of the week\n"
        "      compare      differences from A with their intervals\n"
        "      waterfall    from A to B by reform: of `attribute A B`, or of its run:14\n"
        "      frontier     delay, recall and risk against the examination rate, likewise\n"
        "A, B as in compare. -o FILE.svg or FILE.png writes a file, otherwise the terminal shows it.",
        "greenlane plot throughput run:14 run:15 -o throughput.svg\n"
        "greenlane plot stages scenarios/china-2017.yaml --terminal",
        2, 17, command_plot},
    {"check", "FILE...", "check a scenario's syntax and sense, and say what it holds", "Simulates nothing and stores nothing. Each policy that is off, and each level, is\n"
        "tried by itself; what cannot be laid on the file is a warning.",
        "greenlane check port.yaml --policy machine_review", 1, 64, command_check},
    {"validate", "FILE | run:14", "set a scenario's outcomes against published or measured values",
        "Compares what `expect:` of the file says with what was simulated. Exit code 1 when\n"
        "any of them is missed, fitted or held back. With --data, a Time Release Study sample\n"
        "(one row a declaration, one column of dates and times a milestone), distributions of\n"
        "stages by name and of the whole are set beside the measured ones; exit code 1 when one\n"
        "differs by more than chance. -o FILE.svg or FILE.png draws quantile beside quantile.",
        "greenlane validate scenarios/china-2017.yaml\n"
        "greenlane validate starter.yaml --data sample.csv -o quantiles.svg", 1, 1, command_validate},
    {"show", "runs | run:14 | assumptions X | sources X", "words about stored runs and scenarios",
        "X is a scenario FILE or a stored run.",
        "greenlane show runs\n"
        "greenlane show assumptions scenarios/china-2017.yaml",
        1, 2, command_show},
    {"verify", "[DIR]", "set the engine against theory: models whose exact values are known",
        "DIR holds the tables and scenarios of the suite: tests/reference unless said. Every case\n"
        "must agree within 4 standard errors at a half-width of 2 % (5 % with --quick), wrong\n"
        "twins must not, and intervals must hold what they promise. Exit code 1 on a miss.\n"
        "The store gets a run with one row a case (SELECT * FROM v_verify).",
        "greenlane verify --quick\n"
        "greenlane verify --case MM1-03 --case PRIO-16",
        0, 1, command_verify},
    {"schema", "", "print the JSON Schema of scenario files, for editors",
        "Draft-07. An editor with a YAML language server completes and checks a file whose\n"
        "first line is: # yaml-language-server: $schema=scenario.schema.json\n"
        "--reference prints the same table of fields as markdown, as scenarios/README.md has it.",
        "greenlane schema > scenario.schema.json",
        0, 0, command_schema},
    {"fit", "--data FILE [--column NAME | ...]", "turn data into what a scenario wants",
        "--column    a column of durations: the distribution that fits best, as a line to paste\n"
        "--arrivals  a column of dates and times: rate and profile by hour of the week\n"
        "--label     a column of 0 and 1: a risk scorecard, how well it ranks rows it has not seen,\n"
        "            and the binormal score that ranks alike. -o MODEL.csv writes its points.\n"
        "none        a Time Release Study sample, one row a declaration, one column of dates and\n"
        "            times a milestone, in their order: a starter scenario, to -o or printed\n"
        "-o FILE.svg or FILE.png draws the fit of --column, --arrivals or --label instead.",
        "greenlane fit --data durations.csv --column hours\n"
        "greenlane fit --data declarations.csv --label Fraud --check later.csv \\\n"
        "  -o model.csv\n"
        "greenlane fit --data sample.csv -o starter.yaml",
        0, 0, command_fit},
    {"attribute", "A B", "what each reform between two scenarios is worth",
        "Reforms are the policies of A's file that bring A nearer to B, or those named by\n"
        "--policy. Each is shown if introduced first, last, and averaged over all orders\n"
        "(Shapley). What differs beyond them is a row of its own, so that the sum is whole.\n"
        "All sets of reforms are simulated on the same shipments, for 28 days of the window\n"
        "and 4 replications unless -n says otherwise; beyond twelve reforms orders are sampled.\n"
        "--set changes A and B.",
        "greenlane attribute scenarios/china-2017.yaml scenarios/china-2022.yaml",
        2, 2, command_attribute},
    {"sweep", "FILE", "a table of metrics over the values that something may take",
        "--vary PATH=5,8,11 or PATH=5..17/3, several for all combinations; with --lhs N the\n"
        "ranges are sampled. A plain time scales the distribution that stands at PATH to that\n"
        "mean; x0.5,x1,x2 are factors. --metric says what to show; --out writes CSV.",
        "greenlane sweep scenarios/china-2017.yaml -n 4 \\\n"
        "  --vary resources.bays.servers=16..22/2\n"
        "greenlane sweep port.yaml -o sweep.csv \\\n"
        "  --vary streams.import.arrivals.rate=x0.8..x1.2/0.1",
        1, 1, command_sweep},
    {"frontier", "A [B]", "examination rate against delay, recall and revenue at risk",
        "Sweeps the share of the red lane (top_up); the share whose documents are checked stays\n"
        "as it is. --vary PATH=1%,2%,5% names another path or other rates. With B, two risk\n"
        "models side by side. Where shipments have a value and a tariff, the duty evaded and not\n"
        "found stands beside what is missed. 28 days of the window and 4 replications unless -n says otherwise.",
        "greenlane frontier scenarios/china-2017.yaml\n"
        "greenlane frontier scenarios/campaign.yaml scenarios/campaign.yaml+big_data",
        1, 2, command_frontier},
    {"staff", "FILE", "the least staff that keeps a promise",
        "--promise 'METRIC <= VALUE' --vary resources.NAME.servers=2..20, several in turn. Halves\n"
        "the range of each, on 28 days of the window and the same shipments; the answer is then\n"
        "run as the file says, with fresh luck, and stored. Exit code 1 when it is not kept.",
        "greenlane staff scenarios/china-2017.yaml \\\n"
        "  --promise 'import.clearance.p90_h <= 200 h' \\\n"
        "  --vary resources.document_officers.servers=20..40",
        1, 1, command_staff},
    {"calibrate", "FILE", "values that make a scenario meet published figures",
        "--target 'METRIC = VALUE' --vary PATH, several of each. Least squares by the simplex of\n"
        "Nelder and Mead on the same shipments throughout; prints the residuals, settings to\n"
        "paste, and which values the targets cannot tell apart. Nothing is stored.",
        "greenlane calibrate scenarios/china-2017.yaml \\\n"
        "  --target 'import.clearance.mean_h = 97.39 h' \\\n"
        "  --vary processes.import.preparation.delay",
        1, 1, command_calibrate},
    {"rng-dump", "", "write the random words that replications draw, for batteries of tests",
        "Binary, 64 bits a word, until --words or until nobody reads. --layout says what counts up\n"
        "from word pair to word pair while all else stands still:\n"
        "entities      entity 0, 1, 2, ... at one step\n"
        "places        step after step of one entity\n"
        "walk          each entity at 16 steps, then the next, as a simulation goes\n"
        "visits        one entity that comes back to one step\n"
        "replications  the same entity and step in replication after replication",
        "greenlane rng-dump | dieharder -a -g 200\n"
        "greenlane rng-dump --layout places --words 1000000 > words.bin",
        0, 0, command_rng_dump},
    {"trace", "FILE STREAM [SHIPMENT]", "the whole life of single shipments, step by step",
        "Comma-separated text, a line for each step that a shipment has done and when: of the first\n"
        "ten that arrive in the window, or of the one whose number is given. Simulates the first\n"
        "replication anew; whoever is watched goes as it goes unwatched. Nothing is stored. A query\n"
        "shows as a gap, and as the step done again.",
        "greenlane trace scenarios/china-2017.yaml import\n"
        "greenlane trace scenarios/campaign.yaml import 12345 --policy sword",
        2, 3, command_trace},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

enum option_id {
    OPTION_POLICY, OPTION_SET, OPTION_REPLICATIONS, OPTION_SEED, OPTION_JOBS, OPTION_DB, OPTION_OUT, OPTION_TERMINAL,
    OPTION_SCALE, OPTION_WARM_UP, OPTION_PRECISION, OPTION_METRIC, OPTION_MOST, OPTION_BATCHES, OPTION_INDIFFERENCE,
    OPTION_DATA, OPTION_COLUMN, OPTION_UNIT, OPTION_ARRIVALS, OPTION_LABEL, OPTION_FEATURES, OPTION_CHECK, OPTION_TRS, OPTION_JSON, OPTION_ALLOW_PATH, OPTION_QUICK, OPTION_CASE, OPTION_REFERENCE, OPTION_VARY, OPTION_LHS, OPTION_PROMISE, OPTION_TARGET, OPTION_DRAWS, OPTION_FREE, OPTION_LAYOUT, OPTION_WORDS, OPTION_QUIET, OPTION_COLOR, OPTION_HELP, OPTION_VERSION, OPTIONS
};

static const struct option_def {
    const char *name;
    char letter;       /* 0: none */
    const char *value; /* NULL: a flag */
    const char *help;
    unsigned commands;
    size_t text; /* where in struct options the value goes as it is; 0: see take_value */
} option_table[OPTIONS] = {
    [OPTION_POLICY] = {"policy", 0, "P[=LEVEL]", "switch a policy of the file on; may be repeated", SIMULATING | CHECK | SHOW | ASKING | TRACE},
    [OPTION_SET] = {"set", 0, "PATH=VALUE", "change one value of the file; may be repeated", SIMULATING | CHECK | SHOW | ASKING | TRACE},
    [OPTION_REPLICATIONS] = {"replications", 'n', "N", "independent replications (the file's `run: replications`)", SIMULATING | ASKING},
    [OPTION_PRECISION] = {"precision", 0, "SHARE", "add replications until ± is at most this share of the mean: 2%", SIMULATING},
    [OPTION_METRIC] = {"metric", 0, "NAME", "whose ± counts (mean clearance, or every stream's time); of sweep: what to show", SIMULATING | SWEEP},
    [OPTION_MOST] = {"most", 0, "N", "replications at most, with --precision (1000)", SIMULATING},
    [OPTION_WARM_UP] = {"warm-up", 0, "T|auto", "simulated before the window: 14d; auto finds it by MSER-5 on 5 pilots", SIMULATING},
    [OPTION_SCALE] = {"scale", 0, "SHARE", "arrivals and servers at this share, 0.01, for a quick look", SIMULATING},
    [OPTION_BATCHES] = {"batches", 0, "B", "one long run, its intervals from B parts of the window", SIMULATING},
    [OPTION_INDIFFERENCE] = {"indifference", 0, "D", "differences within ± D, 1h or 2%, are practically equal", COMPARE},
    [OPTION_SEED] = {"seed", 0, "S", "seed of all chance (the file's `run: seed`; 1)", SIMULATING | ASKING | RNG_DUMP | TRACE},
    [OPTION_JOBS] = {"jobs", 'j', "J", "threads; the result does not depend on it (all cores)", SIMULATING | VERIFY | ASKING},
    [OPTION_DB] = {"db", 0, "FILE", "the store, read and appended to (greenlane.db)", SIMULATING | SHOW | VERIFY | (ASKING & ~CALIBRATE), offsetof(struct options, db)},
    [OPTION_OUT] = {"out", 'o', "FILE", "write to FILE instead of standard output", PLOT | FIT | SWEEP | VALIDATE, offsetof(struct options, out)},
    [OPTION_TERMINAL] = {"terminal", 0, NULL, "draw with characters, in the terminal's size", PLOT | FIT | VALIDATE},
    [OPTION_DATA] = {"data", 0, "FILE", "comma-separated text with a line of names; - is standard input", FIT | VALIDATE, offsetof(struct options, data)},
    [OPTION_COLUMN] = {"column", 0, "NAME", "durations to fit a distribution to", FIT, offsetof(struct options, column)},
    [OPTION_UNIT] = {"unit", 0, "U", "of the durations: s, min, h, d or week (as the column's name says)", FIT, offsetof(struct options, unit)},
    [OPTION_ARRIVALS] = {"arrivals", 0, "NAME", "moments to make an arrival profile of", FIT, offsetof(struct options, arrivals)},
    [OPTION_LABEL] = {"label", 0, "NAME", "0 or 1: what a scorecard is to foretell", FIT, offsetof(struct options, label)},
    [OPTION_FEATURES] = {"features", 0, "A,B:2,...", "what it may look at: NAME, NAME:2 (its beginning), NAME/NAME, A*B (all)", FIT, offsetof(struct options, features)},
    [OPTION_CHECK] = {"check", 0, "FILE", "rows held back, to judge the scorecard by", FIT, offsetof(struct options, check)},
    [OPTION_TRS] = {"trs", 0, "FILE", "a Time Release Study sample: --data FILE and no column", FIT, offsetof(struct options, trs)},
    [OPTION_JSON] = {"json", 0, NULL, "print JSON (schema_version 1)", RUN | COMPARE | CHECK | VALIDATE | SHOW | VERIFY | FIT | ASKING},
    [OPTION_ALLOW_PATH] = {"allow-path", 0, "DIR", "let the scenario read files below DIR too", SIMULATING | CHECK | SHOW | ASKING | TRACE},
    [OPTION_QUICK] = {"quick", 0, NULL, "a fifth of the replications, half-widths of 5 %, under a minute", VERIFY},
    [OPTION_CASE] = {"case", 0, "ID", "only this case, and its twins; may be repeated", VERIFY},
    [OPTION_REFERENCE] = {"reference", 0, NULL, "markdown tables instead", SCHEMA},
    [OPTION_VARY] = {"vary", 0, "PATH=VALUES", "what to vary: 5,8,11 or 5..17/3 or x0.5,x2; may be repeated", (ASKING & ~ATTRIBUTE) | PLOT},
    [OPTION_LHS] = {"lhs", 0, "N", "N points of a Latin hypercube over the ranges of --vary", SWEEP},
    [OPTION_PROMISE] = {"promise", 0, "METRIC<=VALUE", "what is to be kept: import.clearance.p90_h <= 48 h", STAFF},
    [OPTION_TARGET] = {"target", 0, "METRIC=VALUE", "what is to be met: import.clearance.mean_h = 97.39 h; may be repeated", CALIBRATE},
    [OPTION_DRAWS] = {"draws", 0, "N", "range of each reform over N draws of the assumed inputs (0)", ATTRIBUTE | PLOT},
    [OPTION_FREE] = {"free", 0, "PATH", "with --draws: the input that is refitted to the totals; one for each direction", ATTRIBUTE | PLOT},
    [OPTION_LAYOUT] = {"layout", 0, "NAME", "entities, places, walk, visits or replications (entities)", RNG_DUMP, offsetof(struct options, layout)},
    [OPTION_WORDS] = {"words", 0, "N", "stop after N words", RNG_DUMP},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "no progress", ALL},
    [OPTION_COLOR] = {"color", 0, "WHEN", "auto, always or never (auto)", ALL},
    [OPTION_HELP] = {"help", 'h', NULL, "this text", ALL},
    [OPTION_VERSION] = {"version", 0, NULL, "versions of the program and of every library", ALL},
};

/* ---- help ---- */
static unsigned command_bit(const struct command_def *command)
{
    return 1u << (command - commands);
}

static void print_indented(const char *text, const char *before, FILE *out)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(out, "%s%.*s\n", before, (int)length, line);
        line += length + (line[length] == '\n');
    }
}

/* Of a row such as "--trs       a sample": where its right side begins; 0 for a line of a paragraph. */
static size_t row_indent(const char *line, size_t length)
{
    size_t at = strspn(line, " ");
    while (at + 1 < length && !(line[at] == ' ' && line[at + 1] == ' ')) at++;
    while (at < length && line[at] == ' ') at++;
    return at + 1 < length ? at : 0;
}

/* Paragraphs and rows, wrapped to the page; a row goes on in lines that begin with blanks. */
static void print_help(const char *text, FILE *out)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n"), indent = row_indent(line, length), used;
        char left[40], right[1200];
        snprintf(left, sizeof left, "%.*s", (int)indent, line);
        used = (size_t)snprintf(right, sizeof right, "%.*s", (int)(length - indent), line + indent);
        line += length + (line[length] == '\n');
        for (; *line && used < sizeof right; line += length + (line[length] == '\n')) {
            length = strcspn(line, "\n");
            size_t blanks = strspn(line, " ");
            if (row_indent(line, length) || (indent > 0) != (blanks > 0)) break;
            used += (size_t)snprintf(right + used, sizeof right - used, " %.*s", (int)(length - blanks), line + blanks);
        }
        print_beside(out, left, indent, right);
    }
}

static void print_option(const struct option_def *option, FILE *out)
{
    char left[40], letter[8] = "    ";
    if (option->letter) snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name, option->value ? " " : "", option->value ? option->value : "");
    print_beside(out, left, 28, option->help);
}

static void program_help(FILE *out)
{
    fprintf(out, "greenlane - simulate customs clearance as a network of queues\n\nusage: greenlane COMMAND ...\n\n");
    for (size_t i = 0; i < COMMANDS; i++) fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n`greenlane COMMAND --help` has the options of a command and an example;\n"
                 "`greenlane --version` the versions of the program and of every library.\n");
}

void options_help(const struct command_def *command, FILE *out)
{
    if (!command) {
        program_help(out);
        return;
    }
    fprintf(out, "usage: greenlane %s %s [options]\n\n%s.\n", command->name, command->arguments, command->summary);
    print_help(command->help, out);
    fprintf(out, "\noptions:\n");
    for (size_t i = 0; i < OPTIONS; i++)
        if (option_table[i].commands & command_bit(command)) print_option(&option_table[i], out);
    fprintf(out, "\nfor example:\n");
    print_indented(command->example, "  ", out);
}

/* ---- messages ---- */
static int complain(const struct options *options, const char *what, const char *word, const char *near)
{
    fprintf(stderr, "greenlane: %s '%s'", what, word);
    if (near) fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\ngreenlane: see `greenlane %s%s--help`\n", options->command ? options->command->name : "", options->command ? " " : "");
    return EXIT_COMMAND_LINE;
}

static int unknown_option(const struct options *options, const char *word)
{
    char dashed[OPTIONS][24];
    const char *candidates[OPTIONS];
    size_t n = 0;
    for (size_t i = 0; i < OPTIONS; i++) {
        if (options->command && !(option_table[i].commands & command_bit(options->command))) continue;
        snprintf(dashed[n], sizeof dashed[n], "--%s", option_table[i].name);
        candidates[n] = dashed[n];
        n++;
    }
    return complain(options, "unknown option", word, diagnostic_suggest(word, candidates, n));
}

static int unknown_command(const struct options *options, const char *word)
{
    const char *candidates[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) candidates[i] = commands[i].name;
    return complain(options, "unknown command", word, diagnostic_suggest(word, candidates, COMMANDS));
}

/* ---- values ---- */
static bool words_add(struct words *words, const char *word)
{
    const char **grown = realloc(words->word, (words->count + 1) * sizeof *grown);
    if (!grown) return false;
    words->word = grown;
    words->word[words->count++] = word;
    return true;
}

static bool whole_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    if (*text < '0' || *text > '9') return false;
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*end || errno || number < least || number > most) return false;
    *out = number;
    return true;
}

static int bad_number(const struct option_def *option, const char *value, const char *range)
{
    fprintf(stderr, "greenlane: --%s takes a whole number %s, not '%s'\n", option->name, range, value);
    return EXIT_COMMAND_LINE;
}

static int set_color(struct options *options, const char *value)
{
    static const char *const names[] = {"auto", "always", "never"};
    for (int i = 0; i < 3; i++)
        if (strcmp(value, names[i]) == 0) {
            options->color = (enum color_choice)i;
            return 0;
        }
    fprintf(stderr, "greenlane: --color takes auto, always or never, not '%s'\n", value);
    return EXIT_COMMAND_LINE;
}

static int out_of_memory(void)
{
    fprintf(stderr, "greenlane: out of memory\n");
    return EXIT_FAULT;
}

static int bad_quantity(const struct option_def *option, const char *value, const char *wanted, const char *why)
{
    fprintf(stderr, "greenlane: --%s takes %s, not '%s'%s%s\n", option->name, wanted, value, *why ? ": " : "", why);
    return EXIT_COMMAND_LINE;
}

/* PATH=VALUE for every file, as --set would lay it on. */
static int plan_setting(struct options *options, const char *path, const char *value)
{
    char *setting = malloc(strlen(path) + strlen(value) + 2);
    if (!setting) return out_of_memory();
    sprintf(setting, "%s=%s", path, value);
    if (words_add(&options->plan, setting)) return 0;
    free(setting);
    return out_of_memory();
}

static int set_warm_up(struct options *options, const struct option_def *option, const char *value)
{
    char why[QUANTITY_WHY] = "";
    double hours;
    options->warm_up_given = true;
    options->warm_up_auto = strcmp(value, "auto") == 0;
    if (options->warm_up_auto) return plan_setting(options, "run.warm_up", value);
    if (!quantity_read(value, UNIT_HOURS, &hours, why) || hours < 0 || hours > 876000)
        return bad_quantity(option, value, "a duration such as 14d, or auto", why);
    return plan_setting(options, "run.warm_up", value);
}

static int set_scale(struct options *options, const struct option_def *option, const char *value)
{
    char why[QUANTITY_WHY] = "";
    double share;
    if (quantity_read(value, UNIT_SHARE, &share, why) && share > 0 && share <= 1) return plan_setting(options, "run.scale", value);
    return bad_quantity(option, value, "a share over 0 and at most 1, such as 0.01", why);
}

static int set_precision(struct options *options, const struct option_def *option, const char *value)
{
    char why[QUANTITY_WHY] = "";
    if (quantity_read(value, UNIT_SHARE, &options->precision, why) && options->precision >= 1e-6 && options->precision < 1) return 0;
    return bad_quantity(option, value, "a share such as 2%", why);
}

static int set_indifference(struct options *options, const struct option_def *option, const char *value)
{
    char why[QUANTITY_WHY] = "";
    struct quantity quantity;
    bool good = quantity_any(value, &quantity, why) && quantity.value > 0 && (quantity.unit == UNIT_HOURS || quantity.unit == UNIT_SHARE);
    if (!good) return bad_quantity(option, value, "a duration such as 1h or a percentage such as 2%", why);
    options->indifference = quantity.unit == UNIT_HOURS ? (struct indifference){.hours = quantity.value} : (struct indifference){.relative = quantity.value};
    return 0;
}

static int take_value(struct options *options, enum option_id id, const char *value)
{
    const struct option_def *option = &option_table[id];
    uint64_t number = 0;
    if (option->text) {
        memcpy((char *)options + option->text, &value, sizeof value);
        return 0;
    }
    switch (id) {
    case OPTION_POLICY: return words_add(&options->policies, value) ? 0 : out_of_memory();
    case OPTION_SET: return words_add(&options->sets, value) ? 0 : out_of_memory();
    case OPTION_METRIC: return words_add(&options->metrics, value) ? 0 : out_of_memory();
    case OPTION_WARM_UP: return set_warm_up(options, option, value);
    case OPTION_SCALE: return set_scale(options, option, value);
    case OPTION_PRECISION: return set_precision(options, option, value);
    case OPTION_INDIFFERENCE: return set_indifference(options, option, value);
    case OPTION_MOST:
        if (!whole_number(value, 2, 1000000, &options->most)) return bad_number(option, value, "from 2 to 1000000");
        return 0;
    case OPTION_BATCHES:
        if (!whole_number(value, 3, 640, &options->batches)) return bad_number(option, value, "from 3 to 640");
        return plan_setting(options, "run.batches", value);
    case OPTION_VARY: return words_add(&options->vary, value) ? 0 : out_of_memory();
    case OPTION_TARGET: return words_add(&options->targets, value) ? 0 : out_of_memory();
    case OPTION_FREE: return words_add(&options->free, value) ? 0 : out_of_memory();
    case OPTION_PROMISE: options->promise = value; return 0;
    case OPTION_LHS:
        if (!whole_number(value, 2, 2000, &options->lhs)) return bad_number(option, value, "from 2 to 2000");
        return 0;
    case OPTION_DRAWS:
        if (!whole_number(value, 0, 10000, &options->draws)) return bad_number(option, value, "from 0 to 10000");
        return 0;
    case OPTION_WORDS:
        if (!whole_number(value, 1, UINT64_MAX, &options->words)) return bad_number(option, value, "from 1");
        return 0;
    case OPTION_CASE: return words_add(&options->cases, value) ? 0 : out_of_memory();
    case OPTION_ALLOW_PATH: return words_add(&options->allow_paths, value) ? 0 : out_of_memory();
    case OPTION_REPLICATIONS:
        if (!whole_number(value, 1, 1000000, &options->replications)) return bad_number(option, value, "from 1 to 1000000");
        return 0;
    case OPTION_SEED:
        if (!whole_number(value, 0, UINT64_MAX, &options->seed)) return bad_number(option, value, "from 0 to 18446744073709551615");
        options->has_seed = true;
        return 0;
    case OPTION_JOBS:
        if (!whole_number(value, 1, 1024, &number)) return bad_number(option, value, "from 1 to 1024");
        options->jobs = (unsigned)number;
        return 0;
    case OPTION_COLOR: return set_color(options, value);
    default: return 0;
    }
}

static void take_flag(struct options *options, enum option_id id)
{
    switch (id) {
    case OPTION_TERMINAL: options->terminal = true; break;
    case OPTION_JSON: options->json = true; break;
    case OPTION_QUICK: options->quick = true; break;
    case OPTION_REFERENCE: options->reference = true; break;
    case OPTION_QUIET: options->quiet = true; break;
    case OPTION_HELP: options->help = true; break;
    case OPTION_VERSION: options->version = true; break;
    default: break;
    }
}

/* ---- parsing ---- */
/* What one word says: which option, and the value that stands in the same word (NULL when none does). */
static int find_option(const char *word, const char **value)
{
    *value = NULL;
    if (word[1] != '-') {
        for (int i = 0; i < OPTIONS; i++)
            if (option_table[i].letter && option_table[i].letter == word[1]) {
                if (word[2]) *value = word + 2;
                return option_table[i].value || !word[2] ? i : -1;
            }
        return -1;
    }
    size_t length = strcspn(word + 2, "=");
    for (int i = 0; i < OPTIONS; i++)
        if (strlen(option_table[i].name) == length && strncmp(option_table[i].name, word + 2, length) == 0) {
            if (word[2 + length]) *value = word + 3 + length;
            return i;
        }
    return -1;
}

static int take_option(struct options *options, char **argv, int argc, int *at)
{
    const char *word = argv[*at], *value;
    int id = find_option(word, &value);
    if (id < 0) return unknown_option(options, word);
    const struct option_def *option = &option_table[id];
    if (options->command && !(option->commands & command_bit(options->command))) {
        fprintf(stderr, "greenlane: --%s means nothing to `greenlane %s`; see `greenlane %s --help`\n", option->name,
            options->command->name, options->command->name);
        return EXIT_COMMAND_LINE;
    }
    if (!option->value) {
        if (value) return complain(options, "no value belongs to", word, NULL);
        take_flag(options, (enum option_id)id);
        return 0;
    }
    if (!value && *at + 1 >= argc) {
        fprintf(stderr, "greenlane: --%s needs a value: --%s %s\n", option->name, option->name, option->value);
        return EXIT_COMMAND_LINE;
    }
    return take_value(options, (enum option_id)id, value ? value : argv[++*at]);
}

static int take_argument(struct options *options, const char *word)
{
    if (options->command) return words_add(&options->arguments, word) ? 0 : out_of_memory();
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(word, commands[i].name) == 0) {
            options->command = &commands[i];
            return 0;
        }
    if (strcmp(word, "help") == 0) {
        options->help = true;
        return 0;
    }
    return unknown_command(options, word);
}

static int check_count(const struct options *options)
{
    const struct command_def *command = options->command;
    size_t count = options->arguments.count;
    if (!command || options->help || options->version || (count >= command->least && count <= command->most)) return 0;
    fprintf(stderr, "greenlane: %s: %s\nusage: greenlane %s %s [options]; see `greenlane %s --help`\n", command->name,
        count < command->least ? "something is missing" : "too many arguments", command->name, command->arguments, command->name);
    return EXIT_COMMAND_LINE;
}

/* What does not go together. One long run is one replication: --batches says so alone. */
static int check_plan(struct options *options)
{
    const char *why = NULL;
    if (options->precision > 0 && options->replications)
        why = "--precision settles the number of replications, -n gives it: leave one out (--most N bounds --precision)";
    else if (options->batches && options->replications > 1)
        why = "--batches is for one long run: -n 1, or leave -n out";
    else if (options->batches && options->precision > 0)
        why = "--batches is for one long run, --precision adds replications: leave one out";
    if (why) {
        fprintf(stderr, "greenlane: %s\n", why);
        return EXIT_COMMAND_LINE;
    }
    if (!options->batches) return 0;
    options->replications = 1;
    return plan_setting(options, "run.replications", "1");
}

static char *join_words(int argc, char **argv)
{
    size_t length = strlen("greenlane") + 1;
    for (int i = 1; i < argc; i++) length += strlen(argv[i]) + 1;
    char *text = malloc(length), *end = text;
    if (!text) return NULL;
    end = stpcpy(end, "greenlane");
    for (int i = 1; i < argc; i++) {
        *end++ = ' ';
        end = stpcpy(end, argv[i]);
    }
    return text;
}

int options_parse(struct options *options, int argc, char **argv)
{
    *options = (struct options){.db = "greenlane.db"};
    options->typed = join_words(argc, argv);
    if (!options->typed) return out_of_memory();
    bool ended = false;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        int code;
        if (!ended && strcmp(word, "--") == 0) {
            ended = true;
            continue;
        }
        if (!ended && word[0] == '-' && word[1])
            code = take_option(options, argv, argc, &at);
        else
            code = take_argument(options, word);
        if (code) return code;
    }
    int code = check_plan(options);
    return code ? code : check_count(options);
}

void options_clear(struct options *options)
{
    free(options->arguments.word);
    free(options->policies.word);
    free(options->sets.word);
    free(options->allow_paths.word);
    free(options->cases.word);
    free(options->metrics.word);
    free(options->vary.word);
    free(options->targets.word);
    free(options->free.word);
    for (size_t i = 0; i < options->plan.count; i++) free((char *)options->plan.word[i]);
    free(options->plan.word);
    free(options->typed);
    *options = (struct options){0};
}

bool options_color(const struct options *options, FILE *out)
{
    if (options->color != COLOR_AUTO) return options->color == COLOR_ALWAYS;
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (none && *none) return false;
    return isatty(fileno(out)) && terminal && strcmp(terminal, "dumb") != 0;
}
