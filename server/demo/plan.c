#include "server/demo/plan.h"

#include <math.h>
#include <stddef.h>

#include "server/demo/random.h"
#include "tiles/base/attr.h"

/* clang-format off */
static const double col_x[DEMO_COLS] = {-1400, -1120, -840, -560, -270, 10, 290, 570, 850, 1130, 1400};
static const double row_y[DEMO_ROWS] = {1230, 985, 735, 490, 245, 0, -206, -230, -452, -488, -700,
                                        -880, -1070, -1310};
/* How far each column leaves its longitude, per kilometre north and its square. */
static const double col_lean[DEMO_COLS] = {-40, 28, -55, 42, -30, 0, 36, -46, 30, -36, 44};
static const double col_curve[DEMO_COLS] = {30, 22, -30, 24, 12, 0, -26, 28, 18, -20, -24};
/* How far each line leaves its latitude, by column: the old highway runs askew, the river winds. */
static const double row_bend[DEMO_ROWS][DEMO_COLS] = {
    {  0,  -8, -14, -10,   0,   8,  12,   6,  -4, -12, -20},
    { 46,  34,  20,   8,   0,  -4,  -2,   6,  18,  34,  52},
    {-30, -18,  -4,  10,  16,  12,   2, -10, -14,  -6,  10},
    {-64, -44, -20,   0,  14,  18,  14,  10,  16,  30,  48},
    {-96, -70, -44, -22,  -4,  12,  28,  46,  66,  84,  96},
    { 44,  32,  20,  10,   3,   0,   2,   8,  18,  30,  44},
    {-18, -34, -30, -12,   0,   4,   0,   8,  26,  40,  36},
    {-18, -34, -30, -12,   0,   4,   0,   8,  26,  40,  36},
    { 34,  25,  17,  10,   4,   0,  -3,  -8, -15, -24, -35},
    { 34,  25,  17,  10,   4,   0,  -3,  -8, -15, -24, -35},
    { 22,  10, -12, -26, -28, -12,  10,  26,  30,  16,  -4},
    { 48,  14, -34, -62, -58, -22,  26,  60,  66,  34,  -8},
    { 30,  -6, -50, -72, -60, -28,  16,  56,  70,  44,   8},
    { 10, -10, -34, -46, -40, -20,  10,  36,  44,  30,  10},
};

static const char *const zones[DEMO_ROWS - 1] = {
    "FFFIIIFFFF",
    "FFHRBBRRII",
    "FRRNNRRDFF",
    "FRRROORNRF",
    "HRROOCCORR",
    "RRRSSCCMRR",
    "----------",
    "RMMCCCCMRH",
    "----------",
    "FRMMCMRRIF",
    "RDRRRRRDRF",
    "----------",
    "FFHFFFFHFF",
};

static const struct demo_street row_street[DEMO_ROWS] = {
    {"street", NULL,             5.5, false, NULL},
    {"major",  "北バイパス",      20,  true,  "ハナミズキ"},
    {"street", "若草通り",        9,   true,  NULL},
    {"street", "みずかげ通り",    9,   true,  NULL},
    {"street", "旧くまのや街道",  8,   false, NULL},
    {"major",  "中央大通り",      24,  true,  "イチョウ"},
    {"lane",   "かがみ用水北通り", 6,  false, NULL},
    {"lane",   "かがみ用水南通り", 6,  false, NULL},
    {"street", "線路北通り",      7,   false, NULL},
    {"lane",   NULL,              5,   false, NULL},
    {"street", "南通り",          10,  true,  "トウカエデ"},
    {"lane",   "さくら土手通り",  6,   false, NULL},
    {"lane",   "向河原土手道",    5,   false, NULL},
    {"street", NULL,              5.5, false, NULL},
};

static const struct demo_street col_street[DEMO_COLS] = {
    {"street", NULL,           6,  false, NULL},
    {"street", "西原通り",     8,  false, NULL},
    {"street", "柳堀通り",     9,  true,  NULL},
    {"major",  "鵜の瀬通り",   16, true,  "ケヤキ"},
    {"street", "鍛冶屋通り",   8,  false, NULL},
    {"major",  "けやき通り",   26, true,  "ケヤキ"},
    {"street", "文化通り",     10, true,  "ハナミズキ"},
    {"major",  "東大通り",     16, true,  "クスノキ"},
    {"street", "日の出通り",   8,  false, NULL},
    {"street", "東原通り",     9,  true,  NULL},
    {"street", NULL,           6,  false, NULL},
};

const struct demo_site demo_sites[] = {
    {DEMO_SITE_SQUARE,    "くまのや駅北口広場", "Kumanoya Station North Square", "square", 4, {75, -405}, 15000, 0, NULL},
    {DEMO_SITE_SQUARE,    "くまのや駅南口広場", "Kumanoya Station South Square", "square", 5, {80, -530}, 6500, 0, NULL},
    {DEMO_SITE_CITY_HALL, "くまのや市役所", "Kumanoya City Hall", "city_hall", 2, {-120, 110}, 19000, 7, "官公庁施設"},
    {DEMO_SITE_HOSPITAL,  "くまのや市民病院", "Kumanoya City Hospital", "hospital", 2, {430, 610}, 26000, 8, "文教厚生施設"},
    {DEMO_SITE_MALL,      "ゆうなぎモール", "Yunagi Mall", "shop", 3, {150, 850}, 60000, 3, "商業施設"},
    {DEMO_SITE_SCHOOL,    "くまのや東小学校", "Kumanoya East Elementary School", "school", 4, {720, 140}, 24000, 3, "文教厚生施設"},
    {DEMO_SITE_SCHOOL,    "くまのや西小学校", "Kumanoya West Elementary School", "school", 4, {-985, -90}, 26000, 4, "文教厚生施設"},
    {DEMO_SITE_SCHOOL,    "つつみ小学校", "Tsutsumi Elementary School", "school", 4, {-420, -800}, 22000, 3, "文教厚生施設"},
    {DEMO_SITE_SCHOOL,    "ひので中学校", "Hinode Junior High School", "school", 4, {-700, 610}, 30000, 4, "文教厚生施設"},
    {DEMO_SITE_SCHOOL,    "くまのや北高等学校", "Kumanoya Kita High School", "school", 4, {985, -320}, 38000, 4, "文教厚生施設"},
    {DEMO_SITE_KINDERGARTEN, "どんぐり保育園", "Donguri Nursery", "school", 7, {-740, -350}, 4500, 2, "文教厚生施設"},
    {DEMO_SITE_KINDERGARTEN, "つばめ幼稚園", "Tsubame Kindergarten", "school", 7, {720, -620}, 5500, 2, "文教厚生施設"},
    {DEMO_SITE_KINDERGARTEN, "若草こども園", "Wakakusa Nursery School", "school", 7, {-160, 640}, 5000, 2, "文教厚生施設"},
    {DEMO_SITE_POND_PARK, "みずかげ公園", "Mizukage Park", "park", 3, {-420, 370}, 42000, 0, NULL},
    {DEMO_SITE_SPORTS,    "あおぞら運動公園", "Aozora Sports Park", "park", 4, {-1250, -760}, 40000, 0, NULL},
    {DEMO_SITE_PARK,      "けやき広場", "Keyaki Green", "park", 5, {150, 120}, 6500, 0, NULL},
    {DEMO_SITE_PARK,      "問屋町公園", "Ton'yamachi Park", "park", 6, {-640, -330}, 5500, 0, NULL},
    {DEMO_SITE_PARK,      "若草公園", "Wakakusa Park", "park", 6, {-400, 610}, 5500, 0, NULL},
    {DEMO_SITE_PARK,      "日の出公園", "Hinode Park", "park", 6, {700, 380}, 5500, 0, NULL},
    {DEMO_SITE_PARK,      "つばめ公園", "Tsubame Park", "park", 6, {420, -610}, 5000, 0, NULL},
    {DEMO_SITE_PARK,      "西原公園", "Nishihara Park", "park", 6, {-1240, 130}, 5500, 0, NULL},
    {DEMO_SITE_PARK,      "東原公園", "Higashihara Park", "park", 6, {1260, 130}, 5500, 0, NULL},
    {DEMO_SITE_PARK,      "さくら土手公園", "Sakura Levee Park", "park", 5, {150, -820}, 6500, 0, NULL},
    {DEMO_SITE_PARK,      "柳堀公園", "Yanagibori Park", "park", 6, {-980, 380}, 5000, 0, NULL},
    {DEMO_SITE_PARK,      "北原公園", "Kitahara Park", "park", 6, {700, 850}, 5500, 0, NULL},
    {DEMO_SITE_SHRINE,    "涼風神社", "Suzukaze Shrine", "shrine", 4, {430, 350}, 21000, 1, "その他"},
    {DEMO_SITE_SHRINE,    "柳堀稲荷", "Yanagibori Inari", "shrine", 6, {-1230, 380}, 5500, 1, "その他"},
    {DEMO_SITE_SHRINE,    "向河原神社", "Mukaigawara Shrine", "shrine", 6, {-700, -1180}, 9500, 1, "その他"},
    {DEMO_SITE_TEMPLE,    "月待寺", "Tsukimachi Temple", "temple", 5, {-700, 110}, 11000, 1, "その他"},
    {DEMO_SITE_TEMPLE,    "蓮池院", "Hasuike-in Temple", "temple", 6, {-700, -600}, 9000, 1, "その他"},
    {DEMO_SITE_HALL,      "市立図書館", "City Library", "library", 4, {430, -120}, 9000, 3, "文教厚生施設"},
    {DEMO_SITE_HALL,      "市民文化会館", "Civic Culture Hall", "hall", 4, {420, -330}, 13000, 4, "文教厚生施設"},
    {DEMO_SITE_HALL,      "中央公民館", "Central Community Centre", "community_centre", 5, {150, 360}, 6500, 2, "文教厚生施設"},
    {DEMO_SITE_HALL,      "つつみ公民館", "Tsutsumi Community Centre", "community_centre", 6, {-160, -800}, 5000, 2, "文教厚生施設"},
    {DEMO_SITE_HALL,      "西公民館", "West Community Centre", "community_centre", 6, {-1240, -130}, 5000, 2, "文教厚生施設"},
    {DEMO_SITE_HALL,      "保健センター", "Health Centre", "health_centre", 5, {180, 610}, 6500, 3, "文教厚生施設"},
    {DEMO_SITE_HALL,      "くまのや消防署", "Kumanoya Fire Station", "fire_station", 5, {720, -110}, 6000, 3, "官公庁施設"},
    {DEMO_SITE_HALL,      "くまのや警察署", "Kumanoya Police Station", "police", 5, {-640, -90}, 6000, 4, "官公庁施設"},
    {DEMO_SITE_HALL,      "くまのや郵便局", "Kumanoya Post Office", "post_office", 5, {150, -120}, 5500, 3, "官公庁施設"},
    {DEMO_SITE_HALL,      "北の直売所", "Kita Farmers' Market", "shop", 6, {-130, 870}, 11000, 1, "商業施設"},
    {DEMO_SITE_HALL,      "ふれあい福祉館", "Fureai Welfare Hall", "welfare", 6, {430, -800}, 6000, 2, "文教厚生施設"},
    {DEMO_SITE_TOWER,     "駅前百貨店くまのや", "Kumanoya Department Store", "shop", 4, {-60, -340}, 7500, 8, "商業施設"},
    {DEMO_SITE_TOWER,     "ホテル鵜の瀬", "Hotel Unose", "hotel", 6, {-200, -400}, 5500, 11, "宿泊施設"},
    {DEMO_SITE_TOWER,     "けやきタワー", "Keyaki Tower", "building", 5, {150, -300}, 5000, 17, "共同住宅"},
    {DEMO_SITE_TOWER,     "南口プラザ", "South Gate Plaza", "shop", 6, {-60, -580}, 6000, 6, "商業施設"},
    {DEMO_SITE_CAR_PARK,  "商店街東駐車場", "Arcade East Car Park", "parking", 8, {-120, -170}, 4000, 0, NULL},
    {DEMO_SITE_CAR_PARK,  "南口駐輪場", "South Bicycle Park", "bicycle_parking", 8, {160, -560}, 3000, 0, NULL},
};
const int demo_site_count = (int)LENGTH(demo_sites);

const struct demo_cut demo_cuts[] = {
    /* The arcade: two cells long, from 鵜の瀬通り to けやき通り. */
    {{-270, -104}, {10, -100},   DEMO_BORDER_ARCADE, "path", "くすのき商店街", 9},
    {{-560, -98}, {-270, -104},  DEMO_BORDER_ARCADE, "path", "くすのき商店街", 9},
    /* Its arm south to the canal. */
    {{-130, -106}, {-128, -206}, DEMO_BORDER_STREET, "path", "問屋小路", 6},
    {{-420, -102}, {-418, -206}, DEMO_BORDER_STREET, "street", "上茶屋通り", 7},
    {{-415, 0}, {-418, -98},     DEMO_BORDER_STREET, "street", "上茶屋通り", 7},
    {{-140, 0}, {-135, -102},    DEMO_BORDER_STREET, "lane", "下茶屋小路", 5},
    /* The approach to the shrine, and the square's western exit. */
    {{430, 490}, {425, 290},     DEMO_BORDER_STREET, "street", "涼風参道", 8},
};
const int demo_cut_count = (int)LENGTH(demo_cuts);
/* clang-format on */

static bool is_strip(int row)
{
    return row == DEMO_CELL_CANAL || row == DEMO_CELL_RAIL || row == DEMO_CELL_RIVER;
}

enum demo_zone demo_plan_zone(int row, int col)
{
    static const char letters[] = "RNMCSODIBHF-";
    if (is_strip(row))
        return DEMO_ZONE_STRIP;
    if (row < 0 || col < 0 || row + 1 >= DEMO_ROWS || col + 1 >= DEMO_COLS)
        return DEMO_ZONE_FIELDS;
    int zone = 0;
    while (letters[zone] != zones[row][col])
        zone++;
    return (enum demo_zone)zone;
}

/* Pairs of lines (canal, railway) share their wiggle, so that the strip keeps its width. */
static int wiggle_row(int row)
{
    return row == 7 ? 6 : row == 9 ? 8 : row;
}

static int within(int value, int count)
{
    return value < 0 ? 0 : value >= count ? count - 1 : value;
}

struct demo_xy demo_plan_node(int row, int col)
{
    const int r = within(row, DEMO_ROWS), c = within(col, DEMO_COLS);
    struct demo_random random =
        demo_random_of(1, (uint64_t)((wiggle_row(row) + 1) * 100 + col + 1));
    const bool calm = wiggle_row(row) == 6 || wiggle_row(row) == 8 || row >= 11;
    const double east = demo_random_between(&random, -26, 26);
    const double north = demo_random_between(&random, -9, 9);
    /* Beyond the mesh the lines run on, a field further. */
    const double beyond_x = col < 0 ? -640 : col >= DEMO_COLS ? 640 : 0;
    const double beyond_y = row < 0 ? 430 : row >= DEMO_ROWS ? -430 : 0;
    const double y = row_y[r] + beyond_y;
    const double lean = col_lean[c] * y / 1000 + col_curve[c] * y * y / 1e6;
    const double x = col == DEMO_COL_STATION ? east / 8 : east + lean;
    return demo_snap(demo_xy(col_x[c] + beyond_x + x,
                             y + row_bend[r][c] * (beyond_x != 0 ? 1.3 : 1) + (calm ? 0 : north)));
}

/* Catmull–Rom between b and c, with the neighbours a and d. */
static struct demo_xy curve(struct demo_xy a, struct demo_xy b, struct demo_xy c, struct demo_xy d,
                            double t)
{
    const double t2 = t * t, t3 = t2 * t;
    const double wa = -0.5 * t3 + t2 - 0.5 * t, wb = 1.5 * t3 - 2.5 * t2 + 1;
    const double wc = -1.5 * t3 + 2 * t2 + 0.5 * t, wd = 0.5 * t3 - 0.5 * t2;
    return demo_snap(demo_xy(wa * a.x + wb * b.x + wc * c.x + wd * d.x,
                             wa * a.y + wb * b.y + wc * c.y + wd * d.y));
}

void demo_plan_east(int row, int col, struct demo_xy ret[DEMO_CURVE + 1])
{
    for (int i = 0; i <= DEMO_CURVE; i++)
        ret[i] = curve(demo_plan_node(row, col - 1), demo_plan_node(row, col),
                       demo_plan_node(row, col + 1), demo_plan_node(row, col + 2),
                       (double)i / DEMO_CURVE);
}

void demo_plan_south(int row, int col, struct demo_xy ret[DEMO_CURVE + 1])
{
    /* Rows differ much in height: a straight line is calmer than a curve through strips. */
    const struct demo_xy from = demo_plan_node(row, col), to = demo_plan_node(row + 1, col);
    for (int i = 0; i <= DEMO_CURVE; i++)
        ret[i] = demo_snap(demo_along(from, demo_sub(to, from), (double)i / DEMO_CURVE));
}

struct demo_street demo_plan_street_east(int row, int col)
{
    if (row < 0 || row >= DEMO_ROWS)
        return (struct demo_street){"lane", NULL, 4.5, false, NULL};
    struct demo_street street = row_street[row];
    if (col < 0 || col + 1 >= DEMO_COLS) { /* out in the fields */
        street.sidewalks = false;
        street.trees = NULL;
    }
    if (row == DEMO_LINE_OLD_HIGHWAY && (col < 1 || col > 8))
        street.name = NULL;
    return street;
}

struct demo_street demo_plan_street_south(int row, int col)
{
    if (col < 0 || col >= DEMO_COLS)
        return (struct demo_street){"lane", NULL, is_strip(row) ? 0 : 4.5, false, NULL};
    struct demo_street street = col_street[col];
    const bool bridge = col == 3 || col == 7;
    if (row == DEMO_CELL_RIVER) {
        street.kind = "bridge";
        street.name = col == 3 ? "鵜の瀬大橋" : "ひばり橋";
        street.trees = NULL;
        street.width_m = bridge ? 14 : 0;
    } else if (row == DEMO_CELL_RAIL) {
        street.trees = NULL;
        street.sidewalks = false;
        street.width_m = bridge ? 12 : col == 1 || col == 9 ? street.width_m : 0;
    } else if (row == DEMO_CELL_CANAL) {
        street.trees = NULL;
    } else if (row <= 0 || row >= 12) {
        street = (struct demo_street){"street", NULL, 6, false, NULL};
    } else if (row > DEMO_CELL_RAIL && col == DEMO_COL_STATION) {
        street = (struct demo_street){"street", "南口通り", 14, true, "トウカエデ"};
    } else if (row == 1 && col != 5 && col != 3) {
        street.sidewalks = false;
        street.trees = NULL;
    }
    return street;
}

struct demo_poly demo_plan_cell(int row, int col)
{
    struct demo_xy south[DEMO_CURVE + 1], east[DEMO_CURVE + 1], north[DEMO_CURVE + 1],
        west[DEMO_CURVE + 1];
    demo_plan_east(row + 1, col, south);
    demo_plan_south(row, col + 1, east);
    demo_plan_east(row, col, north);
    demo_plan_south(row, col, west);
    const double widths[4] = {
        demo_plan_street_east(row + 1, col).width_m,
        demo_plan_street_south(row, col + 1).width_m,
        demo_plan_street_east(row, col).width_m,
        demo_plan_street_south(row, col).width_m,
    };
    struct demo_poly cell = {0};
    for (int i = 0; i < 4 * DEMO_CURVE; i++) {
        const int side = i / DEMO_CURVE, step = i % DEMO_CURVE;
        const struct demo_xy at = side == 0   ? south[step]
                                  : side == 1 ? east[DEMO_CURVE - step]
                                  : side == 2 ? north[DEMO_CURVE - step]
                                              : west[step];
        demo_poly_add(&cell, at, (struct demo_side){DEMO_BORDER_STREET, widths[side] / 2});
    }
    return cell;
}
