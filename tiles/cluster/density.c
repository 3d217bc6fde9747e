#include "tiles/cluster/density.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tiles/base/hash.h"

/*
 * Invariants
 *   1. `order` lists the points by cell; a cell's points stand side by side, in input order.
 *   2. Two points of one cell are never farther apart than the radius: the side is
 *      ⌊radius / √2⌋, at least 1 mm.
 *   3. Points within the radius of a point lie in cells at most `reach` rows and columns away.
 */
struct cell {
    int32_t column, row;
    uint32_t first, count; /* in `order` */
    uint32_t parent;       /* union-find over cells that hold a core */
    bool has_core;
};

struct grid {
    const struct geo_mm *points;
    uint32_t *order;
    struct cell *cells;
    uint32_t cell_count;
    uint32_t *slots; /* open addressing: cell index + 1, 0 is empty */
    uint32_t slot_mask;
    int32_t reach;
    uint64_t radius_squared;
    uint8_t *is_core;
};

struct keyed {
    int32_t column, row;
    uint32_t point;
};

static int by_cell(const void *a, const void *b)
{
    const struct keyed *left = a, *right = b;
    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    if (left->column != right->column)
        return left->column < right->column ? -1 : 1;
    return left->point < right->point ? -1 : left->point > right->point;
}

static int32_t floor_div(int32_t a, int32_t b)
{
    return a / b - (a % b < 0);
}

/* ⌊r / √2⌋ by integers: the largest s with 2s² ≤ r². */
static int32_t cell_side(uint32_t radius_mm)
{
    const uint64_t square = (uint64_t)radius_mm * radius_mm;
    uint64_t low = 0, high = radius_mm;
    while (low < high) {
        const uint64_t middle = (low + high + 1) / 2;
        if (2 * middle * middle <= square)
            low = middle;
        else
            high = middle - 1;
    }
    return low ? (int32_t)low : 1;
}

static uint32_t slot_of(const struct grid *grid, int32_t column, int32_t row)
{
    const uint64_t key = (uint64_t)(uint32_t)column << 32 | (uint32_t)row;
    return (uint32_t)hash_mix(key ^ 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93) & grid->slot_mask;
}

static const struct cell *find_cell(const struct grid *grid, int32_t column, int32_t row)
{
    for (uint32_t at = slot_of(grid, column, row);; at = (at + 1) & grid->slot_mask) {
        if (!grid->slots[at])
            return NULL;
        const struct cell *cell = &grid->cells[grid->slots[at] - 1];
        if (cell->column == column && cell->row == row)
            return cell;
    }
}

static enum err_code fill_grid(struct grid *grid, uint32_t count, int32_t side, struct arena *arena,
                               struct err *err)
{
    struct keyed *keyed = ARENA_ARRAY(arena, struct keyed, count);
    grid->order = ARENA_ARRAY(arena, uint32_t, count);
    grid->cells = ARENA_ARRAY(arena, struct cell, count);
    uint32_t slots = 16;
    while (slots < UINT32_MAX / 4 && slots < count * 2ull)
        slots *= 2;
    grid->slots = arena_zero(arena, slots, sizeof *grid->slots);
    grid->slot_mask = slots - 1;
    if (!keyed || !grid->order || !grid->cells || !grid->slots)
        return err_set(err, ERR_NOMEM, "no memory for the grid of cells", count);

    for (uint32_t i = 0; i < count; i++)
        keyed[i] = (struct keyed){floor_div(grid->points[i].x_mm, side),
                                  floor_div(grid->points[i].y_mm, side), i};
    qsort(keyed, count, sizeof *keyed, by_cell);

    for (uint32_t i = 0; i < count; i++) {
        grid->order[i] = keyed[i].point;
        struct cell *last = grid->cell_count ? &grid->cells[grid->cell_count - 1] : NULL;
        if (last && last->column == keyed[i].column && last->row == keyed[i].row) {
            last->count++;
            continue;
        }
        const uint32_t index = grid->cell_count++;
        grid->cells[index] = (struct cell){.column = keyed[i].column,
                                           .row = keyed[i].row,
                                           .first = i,
                                           .count = 1,
                                           .parent = index};
        uint32_t at = slot_of(grid, keyed[i].column, keyed[i].row);
        while (grid->slots[at])
            at = (at + 1) & grid->slot_mask;
        grid->slots[at] = index + 1;
    }
    return ERR_OK;
}

static bool is_near(const struct grid *grid, uint32_t a, uint32_t b)
{
    const int64_t dx = (int64_t)grid->points[a].x_mm - grid->points[b].x_mm;
    const int64_t dy = (int64_t)grid->points[a].y_mm - grid->points[b].y_mm;
    const uint64_t x = (uint64_t)(dx < 0 ? -dx : dx), y = (uint64_t)(dy < 0 ? -dy : dy);
    /* Cells bound both to a few radii, so that the squares fit. */
    return x * x + y * y <= grid->radius_squared;
}

static uint32_t near_in_cell(const struct grid *grid, const struct cell *cell, uint32_t point,
                             uint32_t enough)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < cell->count && found < enough; i++)
        found += is_near(grid, point, grid->order[cell->first + i]);
    return found;
}

static bool has_enough_near(const struct grid *grid, const struct cell *home, uint32_t point,
                            uint32_t min_points)
{
    uint32_t found = home->count;
    for (int32_t row = -grid->reach; row <= grid->reach; row++)
        for (int32_t column = -grid->reach; column <= grid->reach; column++) {
            if (found >= min_points)
                return true;
            if (row == 0 && column == 0)
                continue;
            const struct cell *cell = find_cell(grid, home->column + column, home->row + row);
            if (cell)
                found += near_in_cell(grid, cell, point, min_points - found);
        }
    return found >= min_points;
}

static void find_cores(struct grid *grid, uint32_t min_points)
{
    for (uint32_t c = 0; c < grid->cell_count; c++) {
        struct cell *cell = &grid->cells[c];
        for (uint32_t i = 0; i < cell->count; i++) {
            const uint32_t point = grid->order[cell->first + i];
            grid->is_core[point] =
                cell->count >= min_points || has_enough_near(grid, cell, point, min_points);
            cell->has_core |= grid->is_core[point];
        }
    }
}

static uint32_t root_of(struct grid *grid, uint32_t cell)
{
    while (grid->cells[cell].parent != cell) {
        grid->cells[cell].parent = grid->cells[grid->cells[cell].parent].parent;
        cell = grid->cells[cell].parent;
    }
    return cell;
}

static bool cores_touch(const struct grid *grid, const struct cell *a, const struct cell *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const uint32_t point = grid->order[a->first + i];
        if (!grid->is_core[point])
            continue;
        for (uint32_t k = 0; k < b->count; k++) {
            const uint32_t other = grid->order[b->first + k];
            if (grid->is_core[other] && is_near(grid, point, other))
                return true;
        }
    }
    return false;
}

static void join_cells(struct grid *grid)
{
    for (uint32_t c = 0; c < grid->cell_count; c++) {
        const struct cell *cell = &grid->cells[c];
        if (!cell->has_core)
            continue;
        for (int32_t row = 0; row <= grid->reach; row++)
            for (int32_t column = row ? -grid->reach : 1; column <= grid->reach; column++) {
                const struct cell *other = find_cell(grid, cell->column + column, cell->row + row);
                if (!other || !other->has_core)
                    continue;
                const uint32_t a = root_of(grid, c);
                const uint32_t b = root_of(grid, (uint32_t)(other - grid->cells));
                if (a != b && cores_touch(grid, cell, other))
                    grid->cells[a > b ? a : b].parent = a > b ? b : a;
            }
    }
}

/* Numbers the clusters in the order of their first core, then labels every core. */
static enum err_code label_cores(struct grid *grid, struct cluster_labels *labels,
                                 struct arena *arena, struct err *err)
{
    uint32_t *cell_of = ARENA_ARRAY(arena, uint32_t, labels->count);
    int32_t *number = ARENA_ARRAY(arena, int32_t, grid->cell_count);
    if (!cell_of || !number)
        return err_set(err, ERR_NOMEM, "no memory for the clusters' numbers", 0);
    for (uint32_t c = 0; c < grid->cell_count; c++) {
        number[c] = CLUSTER_NONE;
        for (uint32_t i = 0; i < grid->cells[c].count; i++)
            cell_of[grid->order[grid->cells[c].first + i]] = c;
    }
    for (uint32_t point = 0; point < labels->count; point++) {
        labels->label[point] = CLUSTER_NONE;
        if (!grid->is_core[point])
            continue;
        const uint32_t root = root_of(grid, cell_of[point]);
        if (number[root] == CLUSTER_NONE)
            number[root] = (int32_t)labels->clusters++;
        labels->label[point] = number[root];
    }
    return ERR_OK;
}

static int32_t smallest_near(const struct grid *grid, const struct cluster_labels *labels,
                             const struct cell *home, uint32_t point)
{
    int32_t smallest = CLUSTER_NONE;
    for (int32_t row = -grid->reach; row <= grid->reach; row++)
        for (int32_t column = -grid->reach; column <= grid->reach; column++) {
            const struct cell *cell = find_cell(grid, home->column + column, home->row + row);
            if (!cell || !cell->has_core)
                continue;
            for (uint32_t i = 0; i < cell->count; i++) {
                const uint32_t other = grid->order[cell->first + i];
                if (!grid->is_core[other])
                    continue;
                const int32_t label = labels->label[other];
                if ((smallest == CLUSTER_NONE || label < smallest) && is_near(grid, point, other))
                    smallest = label;
            }
        }
    return smallest;
}

static void label_borders(const struct grid *grid, struct cluster_labels *labels)
{
    for (uint32_t c = 0; c < grid->cell_count; c++)
        for (uint32_t i = 0; i < grid->cells[c].count; i++) {
            const uint32_t point = grid->order[grid->cells[c].first + i];
            if (!grid->is_core[point])
                labels->label[point] = smallest_near(grid, labels, &grid->cells[c], point);
        }
}

enum err_code cluster_density(const struct geo_mm *points, uint32_t count, uint32_t radius_mm,
                              uint32_t min_points, struct arena *arena, struct cluster_labels *ret,
                              struct err *err)
{
    if (radius_mm == 0 || radius_mm > CLUSTER_MAX_RADIUS_MM)
        return err_set(err, ERR_PARAM, "the radius must be above 0 and at most 100 km", 0);
    if (min_points == 0)
        return err_set(err, ERR_PARAM, "a cluster needs at least one point", 0);
    for (uint32_t i = 0; i < count; i++)
        if (labs(points[i].x_mm) > GEO_MAX_MM || labs(points[i].y_mm) > GEO_MAX_MM)
            return err_set(err, ERR_RANGE, "a point lies outside the plane", i);
    struct cluster_labels labels = {.count = count};
    labels.label = ARENA_ARRAY(arena, int32_t, count);
    labels.is_core = arena_zero(arena, count, 1);
    if (!labels.label || !labels.is_core)
        return err_set(err, ERR_NOMEM, "no memory for the labels", count);

    const int32_t side = cell_side(radius_mm);
    struct grid grid = {
        .points = points,
        .radius_squared = (uint64_t)radius_mm * radius_mm,
        .reach = (int32_t)((radius_mm + (uint32_t)side - 1) / (uint32_t)side),
        .is_core = labels.is_core,
    };
    TRY(fill_grid(&grid, count, side, arena, err));
    find_cores(&grid, min_points);
    join_cells(&grid);
    TRY(label_cores(&grid, &labels, arena, err));
    label_borders(&grid, &labels);
    *ret = labels;
    return ERR_OK;
}
