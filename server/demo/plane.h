/*
 * plane: points and polygons of the town, in metres.
 *
 * Frame      x east, y north of the town's centre. Polygons run counter-clockwise and are not
 *            closed; side[i] leads from at[i] to at[i + 1] and knows what it borders on.
 * Numbers    Only + − × ÷ and square roots, so that every machine finds the same town.
 */
#pragma once

#include <stdbool.h>

enum { DEMO_POLY_MAX = 40 };

struct demo_xy {
    double x, y;
};

/* What a polygon's side borders on. */
enum demo_border {
    DEMO_BORDER_NEIGHBOUR,
    DEMO_BORDER_STREET,
    DEMO_BORDER_ARCADE,
    DEMO_BORDER_EDGE
};

struct demo_side {
    enum demo_border border;
    double clear_m; /* from the side to where ground may be used: half a street */
};

struct demo_poly {
    int count;
    struct demo_xy at[DEMO_POLY_MAX];
    struct demo_side side[DEMO_POLY_MAX];
};

/* The smallest rectangle around a polygon: half_u ≥ half_v, u and v unit vectors. */
struct demo_frame {
    struct demo_xy centre, u, v;
    double half_u, half_v;
};

static inline struct demo_xy demo_xy(double x, double y)
{
    return (struct demo_xy){x, y};
}
static inline struct demo_xy demo_add(struct demo_xy a, struct demo_xy b)
{
    return (struct demo_xy){a.x + b.x, a.y + b.y};
}
static inline struct demo_xy demo_sub(struct demo_xy a, struct demo_xy b)
{
    return (struct demo_xy){a.x - b.x, a.y - b.y};
}
/* a + b × t */
static inline struct demo_xy demo_along(struct demo_xy a, struct demo_xy b, double t)
{
    return (struct demo_xy){a.x + b.x * t, a.y + b.y * t};
}
static inline double demo_dot(struct demo_xy a, struct demo_xy b)
{
    return a.x * b.x + a.y * b.y;
}
static inline double demo_cross(struct demo_xy a, struct demo_xy b)
{
    return a.x * b.y - a.y * b.x;
}
/* A quarter turn to the left. */
static inline struct demo_xy demo_left(struct demo_xy a)
{
    return (struct demo_xy){-a.y, a.x};
}
double demo_length(struct demo_xy a);
double demo_distance(struct demo_xy a, struct demo_xy b);
/* The zero vector gives (1, 0). */
struct demo_xy demo_unit(struct demo_xy a);
/* To whole centimetres. */
struct demo_xy demo_snap(struct demo_xy a);

void demo_poly_add(struct demo_poly *poly, struct demo_xy at, struct demo_side side);
double demo_poly_area(const struct demo_poly *poly);
struct demo_xy demo_poly_centre(const struct demo_poly *poly);
bool demo_poly_contains(const struct demo_poly *poly, struct demo_xy at);
/* Metres from the nearest side; negative outside. */
double demo_poly_depth(const struct demo_poly *poly, struct demo_xy at);
struct demo_frame demo_poly_frame(const struct demo_poly *poly);
/* The same with the axis u given (half_u may then be the smaller). */
struct demo_frame demo_poly_frame_along(const struct demo_poly *poly, struct demo_xy u);

/* A point of the frame: `u` and `v` in metres from its centre. */
static inline struct demo_xy demo_frame_at(const struct demo_frame *frame, double u, double v)
{
    return demo_along(demo_along(frame->centre, frame->u, u), frame->v, v);
}

/* A rectangle of the frame, centre (u, v), as a polygon with neighbours all round. */
struct demo_poly demo_rect(const struct demo_frame *frame, double u, double v, double half_u,
                           double half_v);

/* Cuts along the line through `at` with `direction`. False when it does not cross exactly two
 * sides; else the pieces left and right of it, and where it enters and leaves. */
bool demo_poly_cut(const struct demo_poly *poly, struct demo_xy at, struct demo_xy direction,
                   struct demo_side side, struct demo_poly *ret_left, struct demo_poly *ret_right,
                   struct demo_xy *ret_from, struct demo_xy *ret_to);

/* What remains `clear_m + more_m` inside every side: always convex, maybe empty (count 0). */
struct demo_poly demo_poly_inset(const struct demo_poly *poly, double more_m);

/* Do two convex polygons overlap by more than a touch? */
bool demo_poly_meet(const struct demo_poly *a, const struct demo_poly *b);
