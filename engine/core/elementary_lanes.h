/* elementary_lanes.h - elementary_log for LANES values at a time: the same operations on each, in the same order.
 *
 * Only elementary.c includes this file, once for each number of lanes. Defines LOG_OF_LANES(x, n): in place, as far as
 * whole groups of LANES reach; how far that is.
 */
static size_t LOG_OF_LANES(double *x, size_t n)
{
    typedef double reals __attribute__((vector_size(8 * LANES)));
    typedef uint64_t words __attribute__((vector_size(8 * LANES)));
    size_t done = 0;
    for (; done + LANES <= n; done += LANES) {
        words bits, z_high_bits;
        memcpy(&bits, x + done, sizeof bits);
        words offset = bits - LOG_OFFSET, row = (offset >> 45) & (LOG_CELLS - 1);
        words z_bits = bits - (offset & 0xFFFULL << 52);
        z_high_bits = z_bits & ~0x1FFFFFULL;
        reals z = (reals)z_bits, z_high = (reals)z_high_bits;
#define EXPONENT(i) (double)((int64_t)offset[i] >> 52)
#define INVERSE(i) log_cells[row[i]].inverse
#define CELL_HIGH(i) log_cells[row[i]].high
#define CELL_LOW(i) log_cells[row[i]].low
        reals k = EACH(EXPONENT), inverse = EACH(INVERSE), cell_high = EACH(CELL_HIGH), cell_low = EACH(CELL_LOW);
        reals part_high = z_high * inverse - 1, part_low = (z - z_high) * inverse;
        reals r = part_high + part_low;
        reals r_low = (part_high - r) + part_low;
        reals w = k * LN2_HIGH + cell_high;
        reals high = w + r;
        reals low = ((w - high) + r) + (k * LN2_LOW + (cell_low + r_low));
        reals r2 = r * r;
        reals series = (-1.0 / 2 + r * (1.0 / 3)) +
                       r2 * ((-1.0 / 4 + r * (1.0 / 5)) + r2 * ((-1.0 / 6 + r * (1.0 / 7)) + r2 * (-1.0 / 8)));
        high = high + (low + r2 * series);
        memcpy(x + done, &high, sizeof high);
    }
    return done;
}
#undef EXPONENT
#undef INVERSE
#undef CELL_HIGH
#undef CELL_LOW
#undef EACH
#undef LANES
#undef LOG_OF_LANES
