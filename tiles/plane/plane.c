#include "tiles/plane/plane.h"

#include <math.h>
#include <proj.h>
#include <stdlib.h>
#include <string.h>

struct plane {
    PJ_CONTEXT *context;
    PJ *transformation; /* longitude, latitude in degrees to east, north in metres */
};

enum { FIRST_ZONE = 6669, LAST_ZONE = 6687, EPSG_DIGITS = 16 };

void plane_close(struct plane *plane)
{
    if (!plane)
        return;
    proj_destroy(plane->transformation);
    proj_context_destroy(plane->context);
    free(plane);
}

/* "EPSG:6677", without printf and its locale. */
static void write_code(int epsg, char code[static EPSG_DIGITS])
{
    memcpy(code, "EPSG:0000", 10);
    for (int at = 8; at >= 5; at--, epsg /= 10)
        code[at] = (char)('0' + epsg % 10);
}

enum err_code plane_open(int epsg, struct plane **ret, struct err *err)
{
    if (epsg < FIRST_ZONE || epsg > LAST_ZONE)
        return err_set(err, ERR_UNSUPPORTED, "not a plane zone of JGD2011 (EPSG:6669 to 6687)",
                       epsg < 0 ? 0 : (uint64_t)epsg);
    CLEANUP(plane_close_at) struct plane *plane = calloc(1, sizeof *plane);
    if (!plane || !(plane->context = proj_context_create()))
        return err_set(err, ERR_NOMEM, "no memory for the projection", 0);
    /* Never a grid from outside: this program makes no calls. */
    proj_context_set_enable_network(plane->context, 0);
    char code[EPSG_DIGITS];
    write_code(epsg, code);
    PJ *as_defined = proj_create_crs_to_crs(plane->context, "EPSG:4326", code, NULL);
    if (!as_defined)
        return err_set(err, ERR_UNSUPPORTED, "PROJ's database does not know the plane zone",
                       (uint64_t)epsg);
    /* EPSG orders latitude before longitude, north before east; we never do. */
    plane->transformation = proj_normalize_for_visualization(plane->context, as_defined);
    proj_destroy(as_defined);
    if (!plane->transformation)
        return err_set(err, ERR_NOMEM, "no memory for the projection", 0);
    *ret = plane;
    plane = NULL;
    return ERR_OK;
}

enum err_code plane_from_e7(struct plane *plane, int32_t lon_e7, int32_t lat_e7, struct geo_mm *ret,
                            struct err *err)
{
    const PJ_COORD metres =
        proj_trans(plane->transformation, PJ_FWD, proj_coord(lon_e7 / 1e7, lat_e7 / 1e7, 0, 0));
    const double limit = GEO_MAX_MM / 1e3;
    if (!(fabs(metres.xy.x) < limit && fabs(metres.xy.y) < limit))
        return err_set(err, ERR_RANGE, "the place cannot be projected into the plane zone", 0);
    *ret = (struct geo_mm){(int32_t)lround(metres.xy.x * 1e3), (int32_t)lround(metres.xy.y * 1e3)};
    return ERR_OK;
}

enum err_code plane_to_e7(struct plane *plane, struct geo_mm point, int32_t *ret_lon_e7,
                          int32_t *ret_lat_e7, struct err *err)
{
    const PJ_COORD degrees = proj_trans(plane->transformation, PJ_INV,
                                        proj_coord(point.x_mm / 1e3, point.y_mm / 1e3, 0, 0));
    if (!(fabs(degrees.xy.x) <= 180 && fabs(degrees.xy.y) <= 90))
        return err_set(err, ERR_RANGE, "the point lies outside the plane zone", 0);
    *ret_lon_e7 = (int32_t)lround(degrees.xy.x * 1e7);
    *ret_lat_e7 = (int32_t)lround(degrees.xy.y * 1e7);
    return ERR_OK;
}
