#include "tiles/import/codes.h"

#include <stddef.h>

#include "tiles/base/attr.h"

struct code {
    const char *code;
    const char *word;
};

/* clang-format off */
static const struct code building_use[] = {
    {"401", "業務施設"}, {"402", "商業施設"}, {"403", "宿泊施設"}, {"404", "商業系複合施設"},
    {"411", "住宅"}, {"412", "共同住宅"}, {"413", "店舗等併用住宅"}, {"414", "店舗等併用共同住宅"},
    {"415", "作業所併用住宅"}, {"421", "官公庁施設"}, {"422", "文教厚生施設"}, {"431", "運輸倉庫施設"},
    {"441", "工場"}, {"451", "農林漁業用施設"}, {"452", "供給処理施設"}, {"453", "防衛施設"},
    {"454", "その他"},
};

/* Road_function. The codes 10 to 15 are narrow roads of the Building Standards Act. */
static const struct code road_function[] = {
    {"1", "major"}, {"2", "major"}, {"3", "major"}, {"4", "street"},
    {"10", "lane"}, {"11", "lane"}, {"12", "lane"}, {"13", "lane"}, {"14", "lane"}, {"15", "lane"},
};

/* Common_landUseType: four-digit codes refine the three digits they begin with. */
static const struct code landuse[] = {
    {"201", "farmland"}, {"202", "farmland"}, {"203", "wood"}, {"204", "water"}, {"205", "natural"},
    {"211", "residential"}, {"212", "commercial"}, {"213", "industrial"}, {"214", "public"},
    {"2142", "school"}, {"215", "road"}, {"216", "transport"}, {"217", "park"},
    {"2173", "sports"}, {"2174", "cemetery"}, {"218", "public"}, {"219", "farmland"},
    {"220", "golf"}, {"221", "solar"}, {"222", "parking"}, {"223", "vacant"}, {"251", "habitable"},
    {"252", "natural"}, {"260", "farmland"}, {"261", "residential"}, {"262", "road"},
    {"263", "vacant"},
};

static const struct code furniture_kind[] = {
    {"8010", "bus_stop"}, {"8160", "bench"}, {"9002", "water_tap"}, {"8130", "well"},
    {"8120", "fountain"}, {"8100", "monument"}, {"8110", "monument"}, {"4010", "roof"},
};

static const struct code furniture_word[] = {
    {"2000", "柵・壁"}, {"3000", "道路標識"}, {"4010", "上屋"}, {"4020", "地下出入口"},
    {"4120", "道路反射鏡"}, {"4200", "照明施設"}, {"4600", "道路情報板"}, {"4800", "柱"},
    {"4810", "柱"}, {"4820", "柱"}, {"4830", "柱"}, {"4840", "電柱"}, {"4900", "交通信号機"},
    {"5000", "階段"}, {"5020", "エレベータ"}, {"5030", "エスカレータ"}, {"8010", "停留所"},
    {"8020", "消火栓"}, {"8030", "郵便ポスト"}, {"8040", "電話ボックス"}, {"8080", "自動販売機"},
    {"8090", "墓碑"}, {"8100", "記念碑"}, {"8110", "立像"}, {"8120", "噴水"}, {"8130", "井戸"},
    {"8140", "掲示板"}, {"8150", "点字ブロック"}, {"8160", "ベンチ"}, {"8170", "テーブル"},
    {"9001", "看板"}, {"9002", "水飲み"},
};
/* clang-format on */

static const char *find(const struct code *list, size_t count, struct span code)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(code, list[i].code))
            return list[i].word;
    return NULL;
}

const char *code_building_use(struct span code)
{
    return find(building_use, LENGTH(building_use), code);
}

bool code_building_is_roof(struct span class_code)
{
    return span_is(class_code, "3003") || span_is(class_code, "3004");
}

const char *code_road_kind(struct span function)
{
    return find(road_function, LENGTH(road_function), function);
}

const char *code_landuse_kind(struct span code)
{
    const char *whole = find(landuse, LENGTH(landuse), code);
    if (whole || code.len != 4)
        return whole;
    return find(landuse, LENGTH(landuse), span_of(code.data, 3));
}

const char *code_furniture_kind(struct span function)
{
    return find(furniture_kind, LENGTH(furniture_kind), function);
}

const char *code_furniture_word(struct span function)
{
    return find(furniture_word, LENGTH(furniture_word), function);
}
