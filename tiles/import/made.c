#include "tiles/import/made.h"

#include <math.h>

#include "tiles/base/num.h"

static void add_tag(struct made_feature *made, enum city_key key, struct value value)
{
    if (made->feature.tag_count < FEATURE_TAGS)
        made->tags[made->feature.tag_count++] = (struct feature_tag){.key = key, .value = value};
}

void made_tag_text(struct made_feature *made, enum city_key key, struct span text)
{
    if (text.len)
        add_tag(made, key, (struct value){.type = VALUE_STRING, .string = text});
}

void made_tag_word(struct made_feature *made, enum city_key key, const char *word)
{
    if (word)
        made_tag_text(made, key, span_from_str(word));
}

void made_tag_int(struct made_feature *made, enum city_key key, int64_t value)
{
    add_tag(made, key, (struct value){.type = VALUE_INT, .integer = value});
}

void made_tag_float(struct made_feature *made, enum city_key key, double value)
{
    add_tag(made, key, (struct value){.type = VALUE_FLOAT, .number = (float)value});
}

enum number_state made_number(struct span text, double *ret)
{
    if (!text.data || text.len == 0)
        return NUMBER_ABSENT;
    double value;
    if (num_double_from(text, &value, NULL) != ERR_OK)
        return NUMBER_INVALID;
    /* 9999, −9999 and their longer kin stand for "unknown" in every edition met. */
    const double size = fabs(value);
    if (size == 9999 || size == 99999 || size == 999999 || size == 99999999)
        return NUMBER_SENTINEL;
    *ret = value;
    return NUMBER_OK;
}

enum number_state made_height(struct span text, double *ret)
{
    double value;
    const enum number_state state = made_number(text, &value);
    if (state != NUMBER_OK)
        return state;
    /* Nothing stands higher than 1000 m in Japan, and nothing that stands has a height of 0. */
    if (!(value > 0 && value <= 1000))
        return NUMBER_INVALID;
    *ret = value;
    return NUMBER_OK;
}

enum err_code made_deliver(struct made_feature *made, const struct made_origin *origin,
                           const struct feature_sink *sink, struct import_report *report,
                           struct err *err)
{
    if (made->refused != REFUSED_NOT) {
        import_report_refused(report, origin->file, origin->number, origin->id, origin->line,
                              made->refused);
        return ERR_OK;
    }
    made->feature.tags = made->tags;
    TRY(sink->add(sink->context, &made->feature, err));
    import_report_imported(report, made->feature.layer, made->repairs);
    if (made->has_height)
        import_report_height(report, made->height_source, made->height_unknown, made->measured_m);
    return ERR_OK;
}
