#include "server/demo/places.h"

#include "server/demo/plan.h"
#include "tiles/base/attr.h"

/* At a node of the mesh, moved by metres. */
struct named {
    int row, col;
    double east, north;
    const char *kind, *name, *name_en;
    int rank;
};

/* clang-format off */
static const struct named named[] = {
    {5, 5, 0, 0,       "town", "くまのや市", "Kumanoya", 1},
    {7, 4, 140, -70,   "town", "駅前町", "Ekimae-cho", 5},
    {5, 3, 140, -60,   "town", "栄通", "Sakae-dori", 5},
    {5, 6, 130, -100,  "town", "文化町", "Bunka-cho", 5},
    {4, 2, 130, -120,  "town", "上茶屋", "Kami-chaya", 5},
    {4, 5, 130, -120,  "town", "けやき町", "Keyaki-cho", 5},
    {3, 4, 130, -120,  "town", "鍛冶屋町", "Kajiya-cho", 5},
    {7, 2, 150, -100,  "town", "問屋町", "Ton'ya-machi", 5},
    {7, 1, 120, -100,  "town", "柳堀", "Yanagibori", 5},
    {5, 0, 150, -100,  "town", "西原", "Nishihara", 5},
    {3, 1, 150, -120,  "town", "上柳", "Kami-yanagi", 5},
    {2, 3, 130, -120,  "town", "若草", "Wakakusa", 5},
    {2, 6, 150, -140,  "town", "病院前", "Byoin-mae", 5},
    {3, 6, 140, -60,   "town", "涼風町", "Suzukaze-cho", 5},
    {3, 7, 150, -100,  "town", "日の出台", "Hinodedai", 5},
    {4, 8, 140, -120,  "town", "東原", "Higashihara", 5},
    {7, 8, 130, -120,  "town", "東大通", "Higashi-odori", 5},
    {9, 2, 130, -100,  "town", "南町", "Minami-cho", 5},
    {10, 4, 140, -90,  "town", "さくら土手", "Sakura-dote", 5},
    {9, 6, 130, -100,  "town", "つばめ町", "Tsubame-cho", 5},
    {10, 7, 130, -90,  "town", "堤団地", "Tsutsumi Housing", 5},
    {1, 7, 130, -120,  "town", "北原", "Kitahara", 5},
    {1, 1, 130, -130,  "town", "北柳", "Kita-yanagi", 5},
    {0, 4, 100, -130,  "town", "北工業団地", "North Industrial Park", 5},
    {9, 8, 150, -100,  "town", "東工業団地", "East Industrial Park", 5},
    {12, 2, 130, -120, "town", "向河原", "Mukaigawara", 5},
    {12, 7, 150, -120, "town", "下ひばり", "Shimo-hibari", 5},
    {5, 5, 0, 0,       "crossing", "市役所前交差点", "City Hall Crossing", 6},
    {3, 7, 0, 0,       "crossing", "市民病院前交差点", "Hospital Crossing", 6},
    {5, 3, 0, 0,       "crossing", "鵜の瀬通り交差点", "Unose-dori Crossing", 7},
    {5, 7, 0, 0,       "crossing", "東大通り交差点", "Higashi-odori Crossing", 7},
    {1, 5, 0, 0,       "crossing", "北バイパス中央", "Bypass Centre", 7},
    {10, 5, 0, 0,      "crossing", "南通り中央", "Minami-dori Centre", 7},
    {8, 3, 0, -18,     "crossing", "鵜の瀬アンダーパス", "Unose Underpass", 7},
    {8, 7, 0, -18,     "crossing", "東大通り踏切", "Higashi-odori Level Crossing", 7},
    {8, 1, 0, -18,     "crossing", "西原踏切", "Nishihara Level Crossing", 8},
    {11, 3, 0, -95,    "bridge", "鵜の瀬大橋", "Unose Bridge", 5},
    {11, 7, 0, -95,    "bridge", "ひばり橋", "Hibari Bridge", 5},
    {6, 3, 0, -12,     "bridge", "茶屋橋", "Chaya Bridge", 8},
    {6, 4, 0, -12,     "bridge", "鍛冶橋", "Kaji Bridge", 8},
    {6, 5, 0, -12,     "bridge", "けやき橋", "Keyaki Bridge", 7},
    {6, 6, 0, -12,     "bridge", "文化橋", "Bunka Bridge", 8},
    {6, 8, 0, -12,     "bridge", "日の出橋", "Hinode Bridge", 8},
    {6, 1, 0, -12,     "bridge", "柳堀橋", "Yanagibori Bridge", 8},
    {5, 4, 132, -103,  "shop", "くすのき商店街 東入口", "Kusunoki Arcade, East Gate", 6},
    {5, 4, -4, -104,   "shop", "くすのき商店街 中央", "Kusunoki Arcade, Centre", 5},
    {5, 3, 140, -101,  "shop", "くすのき商店街 西入口", "Kusunoki Arcade, West Gate", 6},
    {6, 7, -120, 4,    "water_tap", "用水通り給水スポット", "Water refill, Canal Street", 8},
    {10, 5, 13, 12,    "bus_stop", "南通り中央", "Minami-dori Centre", 8},
    {5, 5, 60, -12,    "bus_stop", "市役所前", "City Hall", 7},
    {5, 3, 60, 12,     "bus_stop", "商店街西口", "Arcade West", 7},
    {3, 7, 9, 40,      "bus_stop", "病院東", "Hospital East", 8},
    {5, 7, 9, 60,      "bus_stop", "東小学校入口", "East Elementary School", 8},
    {5, 2, -60, 12,    "bus_stop", "西原一丁目", "Nishihara 1-chome", 8},
    {2, 5, 13, 60,     "bus_stop", "保健センター前", "Health Centre", 8},
    {10, 7, 9, -60,    "bus_stop", "堤団地", "Tsutsumi Housing", 8},
    {3, 3, 9, -60,     "bus_stop", "みずかげ公園", "Mizukage Park", 8},
    {10, 3, 9, -90,    "bus_stop", "つつみ小学校", "Tsutsumi Elementary School", 8},
    {1, 5, 60, -12,    "bus_stop", "ゆうなぎモール入口", "Yunagi Mall Gate", 8},
    {12, 3, 9, -60,    "bus_stop", "向河原", "Mukaigawara", 8},
    {7, 9, 9, -80,     "bus_stop", "北高校前", "Kita High School", 8},
    {10, 1, 9, -80,    "bus_stop", "運動公園入口", "Sports Park Gate", 8},
    {11, 4, 30, -13,   "bench", "遊歩道のベンチ（西）", "Promenade bench, west", 8},
    {11, 5, 20, -13,   "bench", "遊歩道のベンチ（中央）", "Promenade bench, centre", 8},
    {11, 6, -40, -13,  "bench", "遊歩道のベンチ（東）", "Promenade bench, east", 8},
    {5, 5, -14, -60,   "bench", "けやき通りのベンチ", "Keyaki-dori bench", 9},
    {5, 4, -60, -104,  "bench", "商店街のベンチ", "Arcade bench", 9},
    {11, 5, 140, -60,  "ground", "河川敷グラウンド", "Riverside Ground", 7},
    {6, 5, 150, -5,    "school_route", "用水沿い通学路", "School route along the canal", 8},
};
/* clang-format on */

void demo_places_make(struct demo_city *city)
{
    for (size_t i = 0; i < LENGTH(named); i++) {
        const struct named *one = &named[i];
        const struct demo_xy node = demo_plan_node(one->row, one->col);
        demo_city_place(city, (struct demo_place){demo_xy(node.x + one->east, node.y + one->north),
                                                  one->kind, one->name, one->name_en, one->rank});
    }
}
