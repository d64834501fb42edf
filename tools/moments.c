/* moments.c - cuts fraction and offset off, and leaves date and time of day to quantity_moment. */
#include "tools/moments.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 64, DATE = 10 };

/* The sign of an offset or Z behind the time of day; the date's own hyphens come before. */
static char *offset_in(char *text)
{
    size_t n = strlen(text);
    if (n <= DATE) return NULL;
    char *sign = strpbrk(text + DATE, "+-Zz");
    return sign && (isdigit((unsigned char)sign[1]) || toupper((unsigned char)*sign) == 'Z') ? sign : NULL;
}

static bool take_offset(struct moments *moments, char *sign, char *why)
{
    double offset;
    char text[8];
    size_t n = strlen(sign);
    if (toupper((unsigned char)*sign) == 'Z')
        strcpy(text, "Z");
    else if (n == 5 || n == 3) /* +0800, +08 */
        snprintf(text, sizeof text, "%.3s:%.2s", sign, n == 5 ? sign + 3 : "00");
    else
        snprintf(text, sizeof text, "%.7s", sign);
    if (n > 6 || !quantity_offset(text, &offset, why))
        return quantity_refuse(why, "'%.20s' is no offset from UTC; write +08:00 or Z", sign);
    if (moments->any && (!moments->has_offset || offset != moments->offset))
        return quantity_refuse(why, "the offset %s differs from %s before it; write all moments in one local time",
            text, moments->has_offset ? moments->offset_text : "none");
    moments->has_offset = true;
    moments->offset = offset;
    memcpy(moments->offset_text, text, sizeof text);
    *sign = 0;
    return true;
}

bool moments_read(struct moments *moments, const char *cell, double *hours, char *why)
{
    char text[TEXT];
    double fraction = 0;
    struct moments kept = *moments;
    if ((size_t)snprintf(text, sizeof text, "%s", cell) >= sizeof text)
        return quantity_refuse(why, "'%.40s' is no moment; write 2022-11-14 08:30", cell);
    char *sign = offset_in(text);
    if (sign && !take_offset(&kept, sign, why)) return false;
    if (!sign && moments->any && moments->has_offset && strlen(text) > DATE)
        return quantity_refuse(why, "'%.40s' has no offset, %s stands before it; write all moments in one local time",
            cell, moments->offset_text);
    char *point = strchr(text, '.');
    if (point && strlen(text) > DATE && strspn(point + 1, "0123456789") == strlen(point + 1)) {
        fraction = strtod(point, NULL) / 3600;
        *point = 0;
    }
    if (!quantity_moment(text, hours, why)) return false;
    *hours += fraction;
    kept.any = true;
    kept.timed = kept.timed || strlen(text) > DATE;
    *moments = kept;
    return true;
}
