#include "server/moderation/undo.h"

/* What a register says, and the change that made it so. */
struct layer {
    struct undo value;
    uint64_t change;
};

static bool says_the_same(const struct undo *a, const struct undo *b)
{
    return a->status == b->status && span_equal(a->reason, b->reason) &&
           a->precision_m == b->precision_m && uuid_equal(a->space_id, b->space_id) &&
           a->strip_name == b->strip_name;
}

static struct undo value_of(const struct op *op)
{
    struct undo value = {.reg = op->reg, .rev = op->rev};
    if (op->reg == REGISTER_STATUS) {
        value.status = op->status;
        value.reason = op->reason;
        value.note = op->note;
    } else if (op->reg == REGISTER_PRECISION) {
        value.precision_m = op->precision_m;
    } else {
        value.space_id = op->space_id;
        value.strip_name = op->strip_name;
    }
    return value;
}

/* What the rules say before anybody decides. */
static struct undo bottom_of(const struct store_step *creation, enum op_register reg,
                             const struct apply_around *around)
{
    struct apply_object object = apply_create(&creation->op, creation->standing);
    apply_settle(&object, around);
    struct undo value = {.reg = reg};
    if (reg == REGISTER_STATUS) {
        value.status = object.status;
        value.reason = object.reason;
    } else if (reg == REGISTER_PRECISION) {
        value.precision_m = object.precision_m;
    } else {
        value.space_id = object.space_id;
    }
    return value;
}

static struct apply_register register_of(const struct op *op)
{
    return op ? (struct apply_register){.rev = op->rev, .op_id = op->op_id}
              : (struct apply_register){0};
}

/* The decision of this register that follows `before` in the order in which registers are taken. */
static const struct store_step *next_decision(const struct store_step *steps, size_t count,
                                              enum op_register reg, const struct op *before)
{
    const struct store_step *next = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct op *op = &steps[i].op;
        if (op->kind != OP_MODERATE || op->reg != reg ||
            !apply_takes(register_of(before), op->rev, op->op_id))
            continue;
        if (!next || !apply_takes(register_of(&next->op), op->rev, op->op_id))
            next = &steps[i];
    }
    return next;
}

enum { PILE_MAX = 64 }; /* what lies deeper is forgotten first */

struct pile {
    struct layer layers[PILE_MAX];
    size_t count;
    uint32_t rev; /* the highest, on the pile or not */
};

static void put(struct pile *pile, struct layer layer)
{
    if (pile->count >= 2 && says_the_same(&pile->layers[pile->count - 2].value, &layer.value)) {
        pile->count--;
        return;
    }
    if (pile->count == PILE_MAX) {
        memmove(pile->layers, pile->layers + 1, (PILE_MAX - 1) * sizeof *pile->layers);
        pile->count--;
    }
    pile->layers[pile->count++] = layer;
}

static struct pile pile_of(const struct store_step *steps, size_t count,
                           const struct store_step *creation, enum op_register reg,
                           const struct apply_around *around)
{
    struct pile pile = {.count = 0};
    put(&pile, (struct layer){bottom_of(creation, reg, around), creation->change});
    const struct op *before = NULL;
    for (;;) {
        const struct store_step *step = next_decision(steps, count, reg, before);
        if (!step)
            return pile;
        before = &step->op;
        pile.rev = step->op.rev;
        put(&pile, (struct layer){value_of(&step->op), step->change});
    }
}

enum err_code undo_last(const struct store_step *steps, size_t count,
                        const struct apply_around *around, struct undo *ret, struct err *err)
{
    static const enum op_register registers[] = {REGISTER_STATUS, REGISTER_PRECISION,
                                                 REGISTER_SPACE};
    const struct store_step *creation = NULL;
    for (size_t i = 0; i < count; i++)
        if (steps[i].op.kind == OP_CREATE)
            creation = &steps[i];
    if (!creation)
        return err_set(err, ERR_NOT_FOUND, "its creation has not come yet", 0);
    uint64_t newest = 0;
    struct undo undo = {.reg = REGISTER_NONE};
    for (size_t i = 0; i < LENGTH(registers); i++) {
        const struct pile pile = pile_of(steps, count, creation, registers[i], around);
        if (pile.count < 2 || pile.layers[pile.count - 1].change < newest)
            continue;
        newest = pile.layers[pile.count - 1].change;
        undo = pile.layers[pile.count - 2].value;
        undo.rev = pile.rev + 1;
    }
    if (undo.reg == REGISTER_NONE)
        return err_set(err, ERR_CONFLICT, "there is no decision to undo", 0);
    *ret = undo;
    return ERR_OK;
}
