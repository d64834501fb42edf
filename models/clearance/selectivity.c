/* selectivity.c - the hook, and thresholds by bisection to the last bit.
 *
 * With S_k(t) = P(score >= t) for kind k, w_k its share and p_k its lanes after criteria and chance, the share of red
 * is sum w_k (p_k[red] + (1 - p_k[red]) S_k(t_red)), which falls as t rises; yellow is then filled from those below
 * t_red, and blue from those below t_yellow.
 */
#include "models/clearance/selectivity.h"
#include "models/risk/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void selectivity_before_score(const struct selectivity_plan *plan, const double *attribute, double in_lane[LANES])
{
    double not_above[LANES]; /* P(no criterion or chance selects a lane above l) */
    for (int lane = 0; lane < LANES; lane++) not_above[lane] = 1;
    for (size_t i = 0; i < plan->rules; i++)
        if (condition_holds(&plan->rule[i].when, attribute, 0))
            for (int lane = 0; lane < (int)plan->rule[i].lane; lane++) not_above[lane] *= 1 - plan->rule[i].rate;
    for (int lane = 0; lane < (int)plan->random_lane; lane++) not_above[lane] *= 1 - plan->at_least_random;
    for (int lane = 0; lane < LANES; lane++) in_lane[lane] = not_above[lane] - (lane ? not_above[lane - 1] : 0);
}

static double at_or_above(const struct selectivity_plan *plan, bool compliant, double score)
{
    if (isinf(score)) return score > 0 ? 0 : 1;
    return 1 - variate_cdf(compliant ? &plan->score_compliant : &plan->score_not, score);
}

/* The share of `lane` when its threshold is t and those of the lanes above stand. */
static double share_at(
    const struct selectivity_plan *plan, const struct kind_of_shipment *kind, size_t kinds, int lane, double t)
{
    double share = 0, above_from = lane + 1 < LANES ? plan->threshold[lane + 1] : INFINITY;
    double above[2], raised[2]; /* not compliant, compliant */
    for (int c = 0; c < 2; c++) {
        above[c] = at_or_above(plan, c, above_from);
        raised[c] = at_or_above(plan, c, t) - above[c];
        if (raised[c] < 0) raised[c] = 0;
    }
    for (size_t k = 0; k < kinds; k++) {
        double below = 0;
        int c = kind[k].compliant;
        for (int l = 0; l < lane; l++) below += kind[k].in_lane[l];
        share += kind[k].weight * (kind[k].in_lane[lane] * (1 - above[c]) + below * raised[c]);
    }
    return share;
}

/* Doubles in their order as integers, so that bisection ends at neighbours. */
static int64_t rank_of(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static double of_rank(int64_t rank)
{
    int64_t bits = rank < 0 ? INT64_MIN - rank : rank;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The largest threshold at which the lane holds at least `wanted`. */
static double threshold_for(
    const struct selectivity_plan *plan, const struct kind_of_shipment *kind, size_t kinds, int lane, double wanted)
{
    int64_t low = rank_of(-0x1p500), high = rank_of(0x1p500);
    if (!(share_at(plan, kind, kinds, lane, of_rank(low)) > wanted)) return -INFINITY; /* all that is left */
    while (low + 1 < high) {
        int64_t middle = (low & high) + ((low ^ high) >> 1); /* their mean: the difference would overflow */
        if (share_at(plan, kind, kinds, lane, of_rank(middle)) >= wanted)
            low = middle;
        else
            high = middle;
    }
    return of_rank(low);
}

/* ---- a scorecard: kinds in the order of their scores ---- */

double selectivity_points(const struct selectivity_card *card, const double *attribute)
{
    double value[CARD_COLUMNS] = {0};
    for (size_t c = 0; c < card->columns; c++) {
        const struct card_column *column = &card->column[c];
        if (column->attribute == NONE) continue;
        double at = attribute[column->attribute];
        size_t level = 0;
        while (column->low && level + 1 < column->levels && !(at >= column->low[level] && at <= column->high[level]))
            level++;
        value[c] = column->low ? (double)level : at;
    }
    return risk_table_points(card->table, value);
}

static int by_score(const void *a, const void *b)
{
    const struct kind_of_shipment *x = a, *y = b;
    return x->score > y->score ? -1 : x->score < y->score;
}

/* How far down the sorted kinds lanes reach: all before kind `at`, and a share `taken` of those that score like it. */
struct reach {
    size_t at;
    double taken;
};

/* The share of the kinds from `reach` on that rules put in a lane from `low` to `high`. */
static double share_below(
    const struct kind_of_shipment *kind, size_t kinds, struct reach reach, size_t end, int low, int high)
{
    double share = 0;
    for (size_t i = reach.at; i < kinds && i < end; i++) {
        double left = kind[i].score == kind[reach.at].score ? 1 - reach.taken : 1;
        for (int l = low; l <= high; l++) share += kind[i].weight * left * kind[i].in_lane[l];
    }
    return share;
}

/* Goes on down until the lane holds what is wanted. */
static void go_down(struct selectivity_plan *plan, const struct kind_of_shipment *kind, size_t kinds, int lane,
    double wanted, struct reach *reach)
{
    double have = share_below(kind, kinds, *reach, kinds, lane, lane);
    while (reach->at < kinds && have < wanted) {
        size_t end = reach->at;
        while (end < kinds && kind[end].score == kind[reach->at].score) end++;
        double here = share_below(kind, kinds, *reach, end, LANE_GREEN, lane - 1);
        plan->threshold[lane] = kind[reach->at].score;
        if (have + here > wanted) {
            reach->taken += (1 - reach->taken) * (wanted - have) / here;
            plan->tie[lane] = reach->taken;
            return;
        }
        plan->tie[lane] = 1;
        have += here;
        *reach = (struct reach){end, 0};
    }
}

static double card_thresholds(
    struct selectivity_plan *plan, const double top_up[LANES], struct kind_of_shipment *kind, size_t kinds)
{
    struct reach reach = {0, 0};
    double worst = 0;
    qsort(kind, kinds, sizeof *kind, by_score);
    for (int lane = LANES - 1; lane > LANE_GREEN; lane--) {
        double already = share_below(kind, kinds, reach, kinds, lane, lane);
        plan->threshold[lane] = INFINITY; /* nobody more than the lanes above */
        if (top_up[lane] > 0 && already - top_up[lane] > worst) worst = already - top_up[lane];
        if (top_up[lane] > 0) go_down(plan, kind, kinds, lane, top_up[lane], &reach);
    }
    return worst;
}

double selectivity_thresholds(
    struct selectivity_plan *plan, const double top_up[LANES], struct kind_of_shipment *kind, size_t kinds)
{
    double worst = 0;
    if (plan->card) return card_thresholds(plan, top_up, kind, kinds);
    for (int lane = LANES - 1; lane > LANE_GREEN; lane--) {
        double above_from = lane + 1 < LANES ? plan->threshold[lane + 1] : INFINITY;
        double already = share_at(plan, kind, kinds, lane, above_from);
        plan->threshold[lane] = above_from; /* nobody more */
        if (top_up[lane] > already)
            plan->threshold[lane] = threshold_for(plan, kind, kinds, lane, top_up[lane]);
        else if (top_up[lane] > 0 && already - top_up[lane] > worst)
            worst = already - top_up[lane];
    }
    return worst;
}

/* ---- thresholds that follow the run ---- */

size_t selectivity_place(struct selectivity_plan *plan, size_t at)
{
    plan->at = at;
    if (plan->lessons) plan->lessons->at = at + LANES;
    return LANES + (plan->lessons ? lessons_doubles(plan->lessons) : 0);
}

void selectivity_begin(const struct selectivity_plan *plan, void *state)
{
    double *threshold = (double *)state + plan->at, above = 0;
    for (int lane = LANES - 1; lane > LANE_GREEN; lane--) {
        bool used = plan->top_up[lane] > 0;
        threshold[lane] = used && isfinite(plan->threshold[lane]) ? plan->threshold[lane] : used ? above : INFINITY;
        if (used) above = threshold[lane];
    }
}

static void follow(const struct selectivity_plan *plan, double *threshold, int lane)
{
    for (int l = LANES - 1; l > LANE_GREEN; l--)
        if (plan->top_up[l] > 0) threshold[l] += plan->gain * ((l == lane) - plan->top_up[l]);
}

/* ---- the hook ---- */

static int by_rules(
    const struct selectivity_rule *rule, size_t rules, const struct hook_entity *entity, int lane, struct draws *draws)
{
    for (size_t i = 0; i < rules; i++) {
        double chance = draws_unit(draws);
        bool now = rule[i].to <= 0 || (entity->now >= rule[i].from && entity->now < rule[i].to);
        if (now && chance < rule[i].rate && (int)rule[i].lane > lane &&
            condition_holds(&rule[i].when, entity->attribute, 0))
            lane = (int)rule[i].lane;
    }
    return lane;
}

static bool is_above(const struct selectivity_plan *plan, const double *threshold, int lane, double score, double tie)
{
    if (plan->card == NULL || plan->adaptive) return score >= threshold[lane];
    return score > threshold[lane] || (score == threshold[lane] && tie < plan->tie[lane]);
}

unsigned selectivity_hook(const void *config, void *state, const struct hook_entity *entity, struct draws *draws)
{
    const struct selectivity_plan *plan = config;
    bool late = plan->turns_back > 0 && entity->born >= plan->turns_back;
    if (plan->early && (entity->born < plan->turns_at || late)) plan = plan->early;
    bool compliant = entity->attribute[ATTRIBUTE_COMPLIANT] != 0;
    double tie = plan->card ? draws_unit(draws) : 0;
    double score = plan->card ? selectivity_points(plan->card, entity->attribute)
                              : variate_draw(compliant ? &plan->score_compliant : &plan->score_not, draws);
    double *threshold = plan->adaptive ? (double *)state + plan->at : NULL;
    if (plan->lessons) score += lessons_say(plan->lessons, state, entity);
    int lane = by_rules(plan->rule, plan->rules, entity, LANE_GREEN, draws);
    if (draws_choice(draws) < plan->at_least_random && (int)plan->random_lane > lane) lane = (int)plan->random_lane;
    for (int l = LANES - 1; l > lane; l--)
        if (is_above(plan, threshold ? threshold : plan->threshold, l, score, tie)) lane = l;
    if (threshold) follow(plan, threshold, lane);
    lane = by_rules(plan->campaign, plan->campaigns, entity, lane, draws);
    entity->attribute[ATTRIBUTE_SCORE] = score;
    entity->attribute[ATTRIBUTE_LANE] = lane;
    if (plan->ledger) ledger_lane(plan->ledger, plan->point, state, entity);
    return 0;
}
