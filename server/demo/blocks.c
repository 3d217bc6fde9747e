#include "server/demo/blocks.h"

#include <math.h>
#include <string.h>

#include "server/demo/random.h"

/* How a zone is cut. */
struct style {
    double block_m2;  /* blocks larger than this are cut again */
    double short_m;   /* never thinner than this */
    bool grid;        /* cuts on a lattice, so that streets run through */
    double pitch_m;   /* of the lattice */
    double widths[3]; /* of streets: first cuts, later, last */
    double turn;      /* how far a cut may lean: 0.1 is 6 degrees */
};

/* clang-format off */
static const struct style styles[] = {
    [DEMO_ZONE_HOMES]    = {4300,  34, false, 0,  {7, 5.5, 4.5}, 0.13},
    [DEMO_ZONE_ESTATE]   = {3600,  34, true,  44, {8, 6, 6}, 0},
    [DEMO_ZONE_MIXED]    = {4600,  38, false, 0,  {8, 6, 5}, 0.1},
    [DEMO_ZONE_CENTRE]   = {5200,  46, true,  62, {11, 8, 7}, 0},
    [DEMO_ZONE_SHOPS]    = {4200,  40, true,  52, {7, 6, 5}, 0},
    [DEMO_ZONE_OLD]      = {5200,  40, false, 0,  {7, 5, 4.2}, 0.17},
    [DEMO_ZONE_SLABS]    = {14000, 70, false, 0,  {8, 6, 6}, 0.05},
    [DEMO_ZONE_WORKS]    = {26000, 90, false, 0,  {10, 8, 8}, 0.06},
    [DEMO_ZONE_ROADSIDE] = {19000, 80, false, 0,  {8, 8, 8}, 0.05},
    [DEMO_ZONE_HAMLET]   = {9000,  60, false, 0,  {5, 4.2, 4}, 0.25},
    [DEMO_ZONE_FIELDS]   = {17000, 70, true,  98, {4.5, 4, 4}, 0},
};

static const char *const street_names[] = {
    "けやき横丁", "花見小路", "朝日通り", "すずめ通り", "大門通り", "宝町通り", "緑町通り", "若葉通り", "あじさい通り", "新道通り",
    "学校通り", "寺前通り", "水車通り", "つばき通り", "糸屋通り", "弁天通り", "馬場通り", "うぐいす通り", "梅園通り", "川瀬通り",
};
/* clang-format on */

struct work {
    struct demo_city *city;
    struct demo_blocks *blocks;
    enum demo_zone zone;
    int row, col;
    struct demo_xy axis, origin; /* of the lattice */
    unsigned long long sites_done, cuts_done;
};

/* Hamlets among the fields: their centres, each some 120 m wide. */
static const struct demo_xy hamlets[] = {
    {-1290, 860},  {-620, 1420}, {1230, 560},   {-1720, 330},   {1740, 420}, {-1290, -600},
    {-1640, -620}, {60, -1520},  {1240, -1190}, {-1350, -1230}, {780, 1460}, {1660, -760},
};

static enum demo_zone zone_at(const struct work *work, struct demo_xy at)
{
    for (size_t i = 0; i < LENGTH(hamlets) && work->zone == DEMO_ZONE_FIELDS; i++)
        if (demo_distance(hamlets[i], at) < 130)
            return DEMO_ZONE_HAMLET;
    return work->zone;
}

static void add_block(struct work *work, const struct demo_poly *ground,
                      const struct demo_site *site)
{
    struct demo_blocks *blocks = work->blocks;
    if (ground->count < 3 || demo_poly_area(ground) < 60)
        return;
    if (blocks->count == blocks->capacity) {
        const int capacity = blocks->capacity ? blocks->capacity * 2 : 64;
        struct demo_block *more =
            ARENA_ARRAY(work->city->arena, struct demo_block, (size_t)capacity);
        if (!more) {
            work->city->failed = true;
            return;
        }
        if (blocks->count)
            memcpy(more, blocks->blocks, (size_t)blocks->count * sizeof *more);
        blocks->blocks = more;
        blocks->capacity = capacity;
    }
    blocks->blocks[blocks->count++] = (struct demo_block){
        .ground = *ground, .zone = zone_at(work, demo_poly_centre(ground)), .site = site};
}

/* The site that wants the ground around its point, if it is there; `ret_fits` when it may have it.
 */
static const struct demo_site *site_in(const struct demo_poly *poly, double area, bool *ret_fits)
{
    const struct demo_site *waiting = NULL;
    int count = 0;
    for (int i = 0; i < demo_site_count; i++) {
        if (!demo_poly_contains(poly, demo_sites[i].at))
            continue;
        waiting = &demo_sites[i];
        count++;
    }
    *ret_fits = count == 1 && area <= waiting->max_area;
    return waiting;
}

static const struct demo_cut *cut_in(struct work *work, const struct demo_poly *poly)
{
    for (int i = 0; i < demo_cut_count; i++) {
        const struct demo_xy middle =
            demo_along(demo_cuts[i].from, demo_sub(demo_cuts[i].to, demo_cuts[i].from), 0.5);
        if (!(work->cuts_done >> i & 1) && demo_poly_contains(poly, middle)) {
            work->cuts_done |= 1ull << i;
            return &demo_cuts[i];
        }
    }
    return NULL;
}

static struct demo_random random_at(int stream, struct demo_xy at)
{
    const uint64_t x = (uint64_t)(int64_t)floor(at.x * 10), y = (uint64_t)(int64_t)floor(at.y * 10);
    return demo_random_of((uint64_t)stream, x * 1000003u ^ y);
}

/* Where to cut: near the middle across the long axis; on the lattice in grid zones. */
static bool plan_cut(const struct work *work, const struct demo_poly *poly,
                     const struct demo_frame *frame, struct demo_random *random,
                     struct demo_xy *ret_at, struct demo_xy *ret_along)
{
    const struct style *style = &styles[work->zone];
    if (!style->grid) {
        const double off = demo_random_between(random, -0.16, 0.16) * frame->half_u;
        const double turn = demo_random_between(random, -style->turn, style->turn);
        *ret_at = demo_frame_at(frame, off, 0);
        *ret_along = demo_unit(demo_along(frame->v, frame->u, turn));
        return true;
    }
    const struct demo_xy v = demo_left(work->axis);
    const struct demo_frame box = demo_poly_frame_along(poly, work->axis);
    const bool across = box.half_u >= box.half_v;
    const struct demo_xy normal = across ? work->axis : v;
    const double half = across ? box.half_u : box.half_v;
    const double middle = demo_dot(demo_sub(box.centre, work->origin), normal);
    /* Long blocks: the lattice is twice as wide along the axis. */
    const double pitch = across ? style->pitch_m * 2 : style->pitch_m;
    const double line = (floor(middle / pitch + 0.5)) * pitch;
    if (fabs(line - middle) > half - style->short_m * 0.8)
        return false;
    *ret_at = demo_along(work->origin, normal, line);
    *ret_at = demo_along(*ret_at, across ? v : work->axis,
                         demo_dot(demo_sub(box.centre, *ret_at), across ? v : work->axis));
    *ret_along = across ? v : work->axis;
    return true;
}

static void add_street(struct work *work, struct demo_xy from, struct demo_xy to, double width,
                       struct demo_random *random)
{
    const struct demo_xy line[2] = {from, to};
    const bool field = work->zone == DEMO_ZONE_FIELDS;
    const double length = demo_distance(from, to);
    const char *name = NULL;
    if (!field && width >= 6.5 && length > 110)
        name = street_names[demo_random_below(random, (int)LENGTH(street_names))];
    demo_city_road(work->city, line, 2,
                   (struct demo_road){
                       .kind = width >= 6.5 ? "street"
                               : field      ? "path"
                                            : "lane",
                       .name = name,
                       .width_m = width,
                   });
}

static void divide(struct work *work, const struct demo_poly *poly, int depth)
{
    const struct style *style = &styles[work->zone];
    const struct demo_poly ground = demo_poly_inset(poly, 0);
    if (ground.count < 3)
        return;
    const double area = demo_poly_area(&ground);
    struct demo_random random = random_at(11, demo_poly_centre(poly));
    const struct demo_cut *forced = cut_in(work, poly);
    bool fits = false;
    const struct demo_site *site = site_in(poly, area, &fits);
    if (!forced && fits) {
        add_block(work, &ground, site);
        return;
    }
    const struct demo_frame frame = demo_poly_frame(&ground);
    const double limit = site ? site->max_area : style->block_m2;
    const bool small =
        area <= fmin(limit, style->block_m2) * demo_random_between(&random, 0.85, 1.25);
    if (!forced && depth > 0 && (depth > 9 || (small && !site) || frame.half_u < style->short_m)) {
        add_block(work, &ground, site);
        return;
    }
    struct demo_xy at, along, from, to;
    struct demo_poly left, right;
    double width = style->widths[depth < 2 ? 0 : depth < 4 ? 1 : 2];
    enum demo_border border = DEMO_BORDER_STREET;
    if (forced) {
        at = forced->from;
        along = demo_unit(demo_sub(forced->to, forced->from));
        width = forced->width_m;
        border = forced->border;
    } else if (!plan_cut(work, poly, &frame, &random, &at, &along)) {
        add_block(work, &ground, site);
        return;
    }
    const struct demo_side side = {border, width / 2};
    if (!demo_poly_cut(poly, at, along, side, &left, &right, &from, &to)) {
        add_block(work, &ground, site);
        return;
    }
    if (forced) {
        const struct demo_xy line[2] = {from, to};
        demo_city_road(
            work->city, line, 2,
            (struct demo_road){.kind = forced->kind, .name = forced->name, .width_m = width});
    } else {
        add_street(work, from, to, width, &random);
    }
    divide(work, &left, depth + 1);
    divide(work, &right, depth + 1);
}

void demo_blocks_make(struct demo_city *city, int row, int col, struct demo_blocks *ret)
{
    const struct demo_poly cell = demo_plan_cell(row, col);
    const struct demo_xy east = demo_sub(cell.at[DEMO_CURVE], cell.at[0]);
    struct work work = {
        .city = city,
        .blocks = ret,
        .zone = demo_plan_zone(row, col),
        .row = row,
        .col = col,
        .axis = demo_unit(east),
        .origin = cell.at[0],
    };
    divide(&work, &cell, 0);
}
