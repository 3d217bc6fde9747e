/* sites: squares, schools, public and large buildings. */
#include "server/demo/sites.h"

#include <math.h>
#include <string.h>

#include "tiles/base/attr.h"

static void ground(struct demo_layout *layout, const char *kind)
{
    demo_city_area(
        layout->city, &layout->ground,
        (struct demo_area){.layer = DEMO_LANDUSE, .kind = kind, .name = layout->site->name});
}

static struct demo_building like(const struct demo_layout *layout, const char *name, int storeys,
                                 double storey_m, int year)
{
    return (struct demo_building){.use = layout->site->use,
                                  .name = name,
                                  .height_m = floor((storeys * storey_m + 1.4) * 10 + 0.5) / 10,
                                  .storeys = storeys,
                                  .year = year};
}

static void canopy(struct demo_layout *layout, double u, double v, double half_u, double half_v,
                   const char *name)
{
    (void)demo_layout_put(
        layout, u, v, half_u, half_v, DEMO_SHAPE_BOX,
        (struct demo_building){
            .kind = "roof", .use = "その他", .name = name, .height_m = 3.0, .min_height_m = 2.6},
        NULL);
}

/* Bus bays along the northern and western sides; one bay of the north square has no roof. */
static void square(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    const bool north = layout->site->rank == 4;
    demo_city_road(
        layout->city, layout->ground.at, layout->ground.count,
        (struct demo_road){
            .kind = "square", .name = layout->site->name, .is_area = true, .width_m = 2 * hv});
    const struct demo_poly island = demo_rect(&layout->frame, hu * 0.05, 0, hu * 0.3, hv * 0.22);
    demo_city_area(layout->city, &island, (struct demo_area){.layer = DEMO_GREEN, .kind = "grass"});
    if (north) {
        canopy(layout, -hu * 0.45, hv * 0.72, 9, 1.4, "1番のりば");
        canopy(layout, hu * 0.02, hv * 0.72, 9, 1.4, "2番のりば");
        canopy(layout, hu * 0.62, -hv * 0.55, 11, 1.8, "タクシーのりば");
        demo_layout_place(layout, -hu * 0.45, hv * 0.66, "bus_stop", "駅北口 1番のりば",
                          "Station North, Stop 1", 7);
        demo_layout_place(layout, hu * 0.02, hv * 0.66, "bus_stop", "駅北口 2番のりば",
                          "Station North, Stop 2", 7);
        demo_layout_place(layout, hu * 0.5, hv * 0.7, "bus_stop", "駅北口 3番のりば",
                          "Station North, Stop 3", 7);
        demo_layout_place(layout, -hu * 0.7, -hv * 0.3, "bus_stop", "駅北口 4番のりば",
                          "Station North, Stop 4", 7);
        demo_layout_place(layout, hu * 0.05, 0, "bench", "北口広場のベンチ", "Bench in the square",
                          9);
        demo_layout_place(layout, -hu * 0.3, -hv * 0.6, "water_tap", "北口給水スポット",
                          "Water refill, North Square", 8);
    } else {
        canopy(layout, -hu * 0.4, hv * 0.6, 6, 1.4, "南口のりば");
        demo_layout_place(layout, -hu * 0.4, hv * 0.5, "bus_stop", "駅南口", "Station South", 7);
    }
    for (int i = 0; i < 9; i++) {
        const struct demo_xy at = demo_frame_at(
            &layout->frame, hu * (0.05 + 0.27 * (i % 5 - 2) / 2.0), hv * (i < 5 ? 0.14 : -0.14));
        demo_city_tree(layout->city,
                       (struct demo_tree){at, north ? 6.5 : 5, north ? 2.2 : 1.6, "ケヤキ"});
    }
}

static void car_park(struct demo_layout *layout, double u, double v, double half_u, double half_v)
{
    const struct demo_poly asphalt = demo_rect(&layout->frame, u, v, half_u, half_v);
    demo_city_area(layout->city, &asphalt,
                   (struct demo_area){.layer = DEMO_LANDUSE, .kind = "parking"});
}

static void school(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    const int storeys = layout->site->storeys;
    struct demo_frame main;
    ground(layout, "school");
    /* Class rooms in the north face the yard in the south. */
    if (!demo_layout_put(layout, -hu * 0.12, hv - 17, fmin(44, hu * 0.62), 7, DEMO_SHAPE_BOX,
                         like(layout, layout->site->name, storeys, 3.7, 1979), &main))
        (void)demo_layout_put(layout, 0, hv * 0.6, hu * 0.45, 6.5, DEMO_SHAPE_BOX,
                              like(layout, layout->site->name, storeys, 3.7, 1979), &main);
    if (hv > 62)
        (void)demo_layout_put(layout, -hu * 0.2, hv - 45, fmin(34, hu * 0.5), 6.5, DEMO_SHAPE_BOX,
                              like(layout, NULL, storeys - 1, 3.7, 1984), NULL);
    (void)demo_layout_put(layout, hu * 0.68, hv * 0.42, 13, 18, DEMO_SHAPE_BOX,
                          like(layout, "体育館", 2, 5.6, 1996), NULL);
    (void)demo_layout_put(layout, hu * 0.72, -hv * 0.3, 5, 9, DEMO_SHAPE_BOX,
                          like(layout, NULL, 1, 3.2, 1996), NULL);
    const struct demo_poly pool = demo_rect(&layout->frame, -hu * 0.72, -hv * 0.68, 12.5, 6.5);
    bool wet = true;
    for (int i = 0; i < 4; i++)
        wet = wet && demo_layout_free(layout, pool.at[i], 3);
    if (wet) {
        layout->placed[layout->placed_count++] = pool;
        demo_city_area(layout->city, &pool,
                       (struct demo_area){.layer = DEMO_WATER, .kind = "pool"});
    }
    demo_layout_border(layout, 2.8, 11, "サクラ", 8);
    demo_layout_border(layout, 7, 37, "ケヤキ", 11);
    demo_layout_place(layout, hu * 0.1, -hv * 0.95, "gate", "正門", "Main gate", 9);
}

static void nursery(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    ground(layout, "school");
    (void)demo_layout_put(layout, 0, hv * 0.4, hu * 0.6, fmin(9, hv * 0.35), DEMO_SHAPE_L,
                          like(layout, layout->site->name, layout->site->storeys, 3.5, 2006), NULL);
    demo_layout_border(layout, 2.5, 9, "サクラ", 5.5);
}

static void city_hall(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    ground(layout, "public");
    (void)demo_layout_put(layout, 0, hv * 0.35, 32, 11, DEMO_SHAPE_BOX,
                          like(layout, layout->site->name, layout->site->storeys, 3.9, 1994), NULL);
    (void)demo_layout_put(layout, -hu * 0.5, -hv * 0.3, 14, 11, DEMO_SHAPE_L,
                          like(layout, "市議会棟", 3, 4.1, 1994), NULL);
    car_park(layout, hu * 0.48, -hv * 0.4, hu * 0.36, hv * 0.34);
    layout->placed[layout->placed_count++] =
        demo_rect(&layout->frame, hu * 0.48, -hv * 0.4, hu * 0.36, hv * 0.34);
    demo_layout_border(layout, 3, 9, "ケヤキ", 11);
    demo_layout_trees(layout, 14, 4, "クスノキ", 9);
    demo_layout_place(layout, 0, -hv * 0.15, "shelter", "クーリングシェルター（市役所1階）",
                      "Cooling shelter, City Hall", 7);
}

static void hospital(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    ground(layout, "hospital");
    (void)demo_layout_put(layout, -hu * 0.12, hv * 0.25, 42, 19, DEMO_SHAPE_U,
                          like(layout, layout->site->name, layout->site->storeys, 3.9, 2011), NULL);
    (void)demo_layout_put(layout, hu * 0.7, hv * 0.4, 12, 16, DEMO_SHAPE_BOX,
                          like(layout, "市民病院東館", 4, 3.8, 1989), NULL);
    canopy(layout, -hu * 0.12, -hv * 0.3, 10, 3, "正面玄関の車寄せ");
    car_park(layout, hu * 0.35, -hv * 0.62, hu * 0.5, hv * 0.26);
    layout->placed[layout->placed_count++] =
        demo_rect(&layout->frame, hu * 0.35, -hv * 0.62, hu * 0.5, hv * 0.26);
    demo_layout_border(layout, 3, 10, "クスノキ", 8);
    demo_layout_place(layout, -hu * 0.4, -hv * 0.9, "bus_stop", "市民病院前", "City Hospital", 7);
}

static void mall(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    ground(layout, "commercial");
    (void)demo_layout_put(layout, -hu * 0.05, hv * 0.3, hu * 0.72, hv * 0.46, DEMO_SHAPE_L,
                          like(layout, layout->site->name, 3, 5.6, 2014), NULL);
    car_park(layout, 0, -hv * 0.55, hu * 0.8, hv * 0.28);
    layout->placed[layout->placed_count++] =
        demo_rect(&layout->frame, 0, -hv * 0.55, hu * 0.8, hv * 0.28);
    demo_layout_border(layout, 3, 14, "ハナミズキ", 4.5);
    demo_layout_place(layout, -hu * 0.3, -hv * 0.9, "bus_stop", "ゆうなぎモール", "Yunagi Mall", 7);
    demo_layout_place(layout, 0, -hv * 0.2, "shelter", "クールシェアスポット（モール1階）",
                      "Cool-share spot, Mall", 7);
}

static void hall(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    const bool shop = strcmp(layout->site->place, "shop") == 0;
    ground(layout, shop ? "commercial" : "public");
    (void)demo_layout_put(layout, -hu * 0.1, hv * 0.22, fmin(32, hu * 0.68), fmin(19, hv * 0.56),
                          layout->site->storeys > 2 ? DEMO_SHAPE_L : DEMO_SHAPE_BOX,
                          like(layout, layout->site->name, layout->site->storeys, 4.2, 1990), NULL);
    car_park(layout, 0, -hv * 0.66, hu * 0.6, hv * 0.2);
    layout->placed[layout->placed_count++] =
        demo_rect(&layout->frame, 0, -hv * 0.66, hu * 0.6, hv * 0.2);
    demo_layout_border(layout, 2.5, 10, "ケヤキ", 7);
}

static void tower(struct demo_layout *layout)
{
    const double hu = layout->frame.half_u, hv = layout->frame.half_v;
    const int storeys = layout->site->storeys;
    const bool slim = storeys > 9;
    ground(layout, "commercial");
    (void)demo_layout_put(layout, 0, 0, slim ? fmin(20, hu * 0.6) : hu * 0.84,
                          slim ? fmin(15, hv * 0.6) : hv * 0.8,
                          slim ? DEMO_SHAPE_BOX : DEMO_SHAPE_L,
                          like(layout, layout->site->name, storeys, slim ? 3.2 : 4.4, 2009), NULL);
    demo_layout_border(layout, 2.2, 9, "ハナミズキ", 5);
}

void demo_grey_build(struct demo_layout *layout)
{
    static void (*const layouts[])(struct demo_layout *) = {
        [DEMO_SITE_SQUARE] = square,     [DEMO_SITE_CITY_HALL] = city_hall,
        [DEMO_SITE_HOSPITAL] = hospital, [DEMO_SITE_MALL] = mall,
        [DEMO_SITE_SCHOOL] = school,     [DEMO_SITE_KINDERGARTEN] = nursery,
        [DEMO_SITE_HALL] = hall,         [DEMO_SITE_TOWER] = tower,
    };
    const size_t kind = layout->site->kind;
    if (kind < LENGTH(layouts) && layouts[kind])
        layouts[kind](layout);
    else
        ground(layout, "parking");
}
