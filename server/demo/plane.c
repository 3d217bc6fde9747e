#include "server/demo/plane.h"

#include <math.h>

double demo_length(struct demo_xy a)
{
    return sqrt(a.x * a.x + a.y * a.y);
}

double demo_distance(struct demo_xy a, struct demo_xy b)
{
    return demo_length(demo_sub(a, b));
}

struct demo_xy demo_unit(struct demo_xy a)
{
    const double length = demo_length(a);
    return length > 0 ? demo_xy(a.x / length, a.y / length) : demo_xy(1, 0);
}

struct demo_xy demo_snap(struct demo_xy a)
{
    return demo_xy(floor(a.x * 100 + 0.5) / 100, floor(a.y * 100 + 0.5) / 100);
}

void demo_poly_add(struct demo_poly *poly, struct demo_xy at, struct demo_side side)
{
    if (poly->count == DEMO_POLY_MAX)
        return;
    poly->at[poly->count] = at;
    poly->side[poly->count++] = side;
}

double demo_poly_area(const struct demo_poly *poly)
{
    double twice = 0;
    for (int i = 0; i < poly->count; i++)
        twice += demo_cross(demo_sub(poly->at[i], poly->at[0]),
                            demo_sub(poly->at[(i + 1) % poly->count], poly->at[0]));
    return twice / 2;
}

struct demo_xy demo_poly_centre(const struct demo_poly *poly)
{
    double twice = 0;
    struct demo_xy sum = {0, 0};
    for (int i = 0; i < poly->count; i++) {
        const struct demo_xy a = demo_sub(poly->at[i], poly->at[0]);
        const struct demo_xy b = demo_sub(poly->at[(i + 1) % poly->count], poly->at[0]);
        const double part = demo_cross(a, b);
        twice += part;
        sum = demo_along(sum, demo_add(a, b), part);
    }
    return twice > 0 ? demo_along(poly->at[0], sum, 1 / (3 * twice)) : poly->at[0];
}

bool demo_poly_contains(const struct demo_poly *poly, struct demo_xy at)
{
    bool inside = false;
    for (int i = 0, j = poly->count - 1; i < poly->count; j = i++) {
        const struct demo_xy a = poly->at[i], b = poly->at[j];
        if ((a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

double demo_poly_depth(const struct demo_poly *poly, struct demo_xy at)
{
    double nearest = 1e9;
    for (int i = 0; i < poly->count; i++) {
        const struct demo_xy a = poly->at[i];
        const struct demo_xy ab = demo_sub(poly->at[(i + 1) % poly->count], a);
        const double square = demo_dot(ab, ab);
        double t = square > 0 ? demo_dot(demo_sub(at, a), ab) / square : 0;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        nearest = fmin(nearest, demo_distance(at, demo_along(a, ab, t)));
    }
    return demo_poly_contains(poly, at) ? nearest : -nearest;
}

struct demo_frame demo_poly_frame_along(const struct demo_poly *poly, struct demo_xy u)
{
    const struct demo_xy v = demo_left(u);
    double min_u = 1e9, max_u = -1e9, min_v = 1e9, max_v = -1e9;
    for (int i = 0; i < poly->count; i++) {
        const double along = demo_dot(poly->at[i], u), across = demo_dot(poly->at[i], v);
        min_u = fmin(min_u, along);
        max_u = fmax(max_u, along);
        min_v = fmin(min_v, across);
        max_v = fmax(max_v, across);
    }
    struct demo_xy centre = demo_along(demo_xy(0, 0), u, (min_u + max_u) / 2);
    centre = demo_along(centre, v, (min_v + max_v) / 2);
    return (struct demo_frame){centre, u, v, (max_u - min_u) / 2, (max_v - min_v) / 2};
}

struct demo_frame demo_poly_frame(const struct demo_poly *poly)
{
    struct demo_frame best = {.half_u = 1e6, .half_v = 1e6};
    for (int i = 0; i < poly->count; i++) {
        const struct demo_xy side = demo_sub(poly->at[(i + 1) % poly->count], poly->at[i]);
        if (demo_length(side) < 1)
            continue;
        const struct demo_frame one = demo_poly_frame_along(poly, demo_unit(side));
        if (one.half_u * one.half_v < best.half_u * best.half_v)
            best = one;
    }
    if (best.half_u < best.half_v) {
        const struct demo_xy u = best.u;
        const double half = best.half_u;
        best.u = best.v;
        best.v = demo_xy(-u.x, -u.y);
        best.half_u = best.half_v;
        best.half_v = half;
    }
    return best;
}

struct demo_poly demo_rect(const struct demo_frame *frame, double u, double v, double half_u,
                           double half_v)
{
    const struct demo_side side = {DEMO_BORDER_NEIGHBOUR, 0};
    struct demo_poly rect = {0};
    demo_poly_add(&rect, demo_frame_at(frame, u - half_u, v - half_v), side);
    demo_poly_add(&rect, demo_frame_at(frame, u + half_u, v - half_v), side);
    demo_poly_add(&rect, demo_frame_at(frame, u + half_u, v + half_v), side);
    demo_poly_add(&rect, demo_frame_at(frame, u - half_u, v + half_v), side);
    return rect;
}

bool demo_poly_cut(const struct demo_poly *poly, struct demo_xy at, struct demo_xy direction,
                   struct demo_side side, struct demo_poly *ret_left, struct demo_poly *ret_right,
                   struct demo_xy *ret_from, struct demo_xy *ret_to)
{
    const struct demo_xy normal = demo_left(direction);
    struct demo_poly left = {0}, right = {0};
    struct demo_xy from = at, to = at;
    int crossings = 0;
    if (poly->count + 4 > DEMO_POLY_MAX)
        return false;
    for (int i = 0; i < poly->count; i++) {
        const struct demo_xy a = poly->at[i], b = poly->at[(i + 1) % poly->count];
        const double da = demo_dot(demo_sub(a, at), normal);
        const double db = demo_dot(demo_sub(b, at), normal);
        demo_poly_add(da >= 0 ? &left : &right, a, poly->side[i]);
        if ((da >= 0) == (db >= 0))
            continue;
        const struct demo_xy x = demo_along(a, demo_sub(b, a), da / (da - db));
        crossings++;
        if (da >= 0) { /* out of the left piece: the cut runs back along its direction */
            demo_poly_add(&left, x, side);
            demo_poly_add(&right, x, poly->side[i]);
            from = x;
        } else {
            demo_poly_add(&right, x, side);
            demo_poly_add(&left, x, poly->side[i]);
            to = x;
        }
    }
    if (crossings != 2)
        return false;
    *ret_left = left;
    *ret_right = right;
    *ret_from = from;
    *ret_to = to;
    return true;
}

/* Keeps what lies left of the line; a new side takes the line's. */
static struct demo_poly keep_left(const struct demo_poly *poly, struct demo_xy at,
                                  struct demo_xy direction, struct demo_side side)
{
    const struct demo_xy normal = demo_left(direction);
    struct demo_poly kept = {0};
    for (int i = 0; i < poly->count; i++) {
        const struct demo_xy a = poly->at[i], b = poly->at[(i + 1) % poly->count];
        const double da = demo_dot(demo_sub(a, at), normal);
        const double db = demo_dot(demo_sub(b, at), normal);
        if (da >= 0)
            demo_poly_add(&kept, a, poly->side[i]);
        if ((da >= 0) == (db >= 0))
            continue;
        const struct demo_xy x = demo_along(a, demo_sub(b, a), da / (da - db));
        demo_poly_add(&kept, x, da >= 0 ? side : poly->side[i]);
    }
    return kept;
}

/* Corners nearer than 5 cm to the one before are none. */
static struct demo_poly without_slivers(const struct demo_poly *poly)
{
    struct demo_poly clean = {0};
    for (int i = 0; i < poly->count; i++) {
        const struct demo_xy next = poly->at[(i + 1) % poly->count];
        if (demo_distance(poly->at[i], next) > 0.05)
            demo_poly_add(&clean, poly->at[i], poly->side[i]);
    }
    if (clean.count < 3)
        clean.count = 0;
    return clean;
}

struct demo_poly demo_poly_inset(const struct demo_poly *poly, double more_m)
{
    const struct demo_frame around = demo_poly_frame_along(poly, demo_xy(1, 0));
    struct demo_poly rest = demo_rect(&around, 0, 0, around.half_u + 1, around.half_v + 1);
    for (int i = 0; i < poly->count && rest.count > 0; i++) {
        const struct demo_xy a = poly->at[i], b = poly->at[(i + 1) % poly->count];
        if (demo_distance(a, b) < 0.01)
            continue;
        const struct demo_xy along = demo_unit(demo_sub(b, a));
        const double depth = poly->side[i].clear_m + more_m;
        const struct demo_side side = {poly->side[i].border, 0};
        rest = keep_left(&rest, demo_along(a, demo_left(along), depth), along, side);
        if (rest.count > DEMO_POLY_MAX - 4)
            rest.count = 0;
    }
    return without_slivers(&rest);
}

/* Is there a side of `a` with all of `b` outside it? (separating axis, convex polygons) */
static bool parted_by_side(const struct demo_poly *a, const struct demo_poly *b)
{
    for (int i = 0; i < a->count; i++) {
        const struct demo_xy from = a->at[i];
        const struct demo_xy inward =
            demo_left(demo_unit(demo_sub(a->at[(i + 1) % a->count], from)));
        bool apart = true;
        for (int k = 0; k < b->count && apart; k++)
            apart = demo_dot(demo_sub(b->at[k], from), inward) <= 1e-6;
        if (apart)
            return true;
    }
    return false;
}

bool demo_poly_meet(const struct demo_poly *a, const struct demo_poly *b)
{
    return a->count > 2 && b->count > 2 && !parted_by_side(a, b) && !parted_by_side(b, a);
}
