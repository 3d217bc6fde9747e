#include "server/print/join_card.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>

#include "server/print/qr.h"
#include "server/print/type.h"

/* Points: 1/72 inch. */
static const double A4_WIDTH = 595.28, A4_HEIGHT = 841.89;
enum { COLUMNS = 2, ROWS = 4 };

void join_card_wifi(const struct join_card *card, struct buf *to)
{
    const char *const values[] = {card->wifi_name, card->wifi_password};
    buf_add_str(to, card->wifi_password[0] ? "WIFI:T:WPA;S:" : "WIFI:T:nopass;S:");
    for (int i = 0; i < (card->wifi_password[0] ? 2 : 1); i++) {
        if (i == 1)
            buf_add_str(to, ";P:");
        for (const char *c = values[i]; *c; c++) {
            if (strchr("\\;,:\"", *c))
                buf_add_byte(to, '\\');
            buf_add_byte(to, (uint8_t)*c);
        }
    }
    buf_add_str(to, ";;");
}

/* A box on the page, and what is drawn into it. */
struct area {
    struct print_type *type;
    double left, top, width, height;
};

/* Where and how; x and y are shares of the box, the size one of its height. */
struct style {
    double x, y, size, grey;
    bool bold;
};

static enum err_code set(const struct area *area, const char *text, bool plain, struct style style,
                         struct err *err)
{
    const struct print_line line = {
        .text = text,
        .plain = plain,
        .x = area->left + style.x * area->width,
        .baseline = area->top + style.y * area->height,
        .size = style.size * area->height,
        .width = area->width * (style.x == 0.5 ? 0.92 : 0.44),
        .bold = style.bold,
        .centred = true,
        .grey = style.grey,
    };
    return print_line(area->type, &line, err);
}

/* Our own sentences, with ruby. */
static enum err_code say(const struct area *area, const char *text, struct style style,
                         struct err *err)
{
    return set(area, text, false, style, err);
}

/* What others wrote. */
static enum err_code show(const struct area *area, const char *text, struct style style,
                          struct err *err)
{
    return set(area, text, true, style, err);
}

/* QR codes are as large as the box allows: a tablet reads them from the blackboard. */
static enum err_code code(const struct area *area, const char *text, double x, double y,
                          struct err *err)
{
    const double half = area->width * 0.44, high = area->height * 0.40;
    const double size = half < high ? half : high;
    return print_qr(area->type->page, text, area->left + x * area->width - size / 2,
                    area->top + y * area->height + (high - size) / 2, size, err);
}

static enum err_code draw_wifi(const struct area *area, const struct join_card *card,
                               struct err *err)
{
    CLEANUP(buf_done) struct buf wifi = {0};
    join_card_wifi(card, &wifi);
    buf_add_byte(&wifi, 0);
    if (wifi.failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(say(area, "① Wi-Fiに つなぐ", (struct style){0.26, 0.265, 0.032, 0, true}, err));
    TRY(code(area, (const char *)wifi.data, 0.26, 0.285, err));
    TRY(show(area, card->wifi_name, (struct style){0.26, 0.715, 0.026, 0, false}, err));
    if (!card->wifi_password[0])
        return ERR_OK;
    CLEANUP(buf_done) struct buf words = {0};
    buf_add_str(&words, "パスワード ");
    buf_add_str(&words, card->wifi_password);
    buf_add_byte(&words, 0);
    if (words.failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    return show(area, (const char *)words.data, (struct style){0.26, 0.752, 0.026, 0, false}, err);
}

/* What follows the scheme: nobody types "https://". */
static const char *without_scheme(const char *url)
{
    const char *behind = strstr(url, "://");
    return behind ? behind + 3 : url;
}

static enum err_code draw_address(const struct area *area, const struct join_card *card,
                                  bool has_wifi, struct err *err)
{
    const double x = has_wifi ? 0.74 : 0.5;
    TRY(say(area, has_wifi ? "② ページを ひらく" : "ページを ひらく",
            (struct style){x, 0.265, 0.032, 0, true}, err));
    TRY(code(area, card->url, x, 0.285, err));
    return show(area, without_scheme(card->url), (struct style){x, 0.715, 0.026, 0, false}, err);
}

static enum err_code draw(const struct area *area, const struct join_card *card, struct err *err)
{
    const bool has_wifi = card->wifi_name[0] != 0;
    char typed[16];
    snprintf(typed, sizeof typed, "%.4s-%.4s", card->code, card->code + 4);
    TRY(show(area, card->city, (struct style){0.5, 0.06, 0.024, 0.35, false}, err));
    TRY(say(area, "カキコマップに {入|はい}ろう", (struct style){0.5, 0.125, 0.050, 0, true}, err));
    TRY(show(area, card->title, (struct style){0.5, 0.185, 0.030, 0, false}, err));
    if (has_wifi)
        TRY(draw_wifi(area, card, err));
    TRY(draw_address(area, card, has_wifi, err));
    TRY(say(area, "コード", (struct style){0.5, 0.80, 0.024, 0.35, false}, err));
    TRY(show(area, typed, (struct style){0.5, 0.87, 0.068, 0, true}, err));
    TRY(say(area, "{名前|なまえ}や {家|いえ}の {場所|ばしょ}は {書|か}かないでね。",
            (struct style){0.5, 0.935, 0.026, 0, false}, err));
    return say(area, "Join: 1 Wi-Fi, 2 open the page, or type the code. No names, no homes.",
               (struct style){0.5, 0.972, 0.018, 0.35, false}, err);
}

/* Where to cut. */
static void draw_cuts(cairo_t *page)
{
    static const double dash[] = {3, 3};
    cairo_set_dash(page, dash, 2, 0);
    cairo_set_line_width(page, 0.5);
    cairo_set_source_rgb(page, 0.6, 0.6, 0.6);
    for (int i = 1; i < COLUMNS; i++) {
        cairo_move_to(page, A4_WIDTH * i / COLUMNS, 0);
        cairo_line_to(page, A4_WIDTH * i / COLUMNS, A4_HEIGHT);
    }
    for (int i = 1; i < ROWS; i++) {
        cairo_move_to(page, 0, A4_HEIGHT * i / ROWS);
        cairo_line_to(page, A4_WIDTH, A4_HEIGHT * i / ROWS);
    }
    cairo_stroke(page);
}

static enum err_code draw_page(struct print_type *type, const struct join_card *card,
                               enum join_card_layout layout, struct err *err)
{
    if (layout == JOIN_CARD_SHEET) {
        const struct area sheet = {type, 36, 36, A4_WIDTH - 72, A4_HEIGHT - 72};
        return draw(&sheet, card, err);
    }
    draw_cuts(type->page);
    const double width = A4_WIDTH / COLUMNS, height = A4_HEIGHT / ROWS;
    for (int i = 0; i < COLUMNS * ROWS; i++) {
        const struct area small = {type, width * (i % COLUMNS) + 8, height * (i / COLUMNS) + 4,
                                   width - 16, height - 8};
        TRY(draw(&small, card, err));
    }
    return ERR_OK;
}

static cairo_status_t write_bytes(void *to, const unsigned char *bytes, unsigned len)
{
    buf_add(to, span_of(bytes, len));
    return CAIRO_STATUS_SUCCESS;
}

enum err_code join_card_print(const struct join_card *card, enum join_card_layout layout,
                              struct buf *to, struct err *err)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_bytes, to, A4_WIDTH, A4_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, card->title);
    cairo_t *page = cairo_create(surface);
    struct print_type type = {0};
    enum err_code result = print_type_open(page, &type, err);
    if (result == ERR_OK)
        result = draw_page(&type, card, layout, err);
    print_type_close(&type);
    const cairo_status_t drawn = cairo_status(page);
    cairo_destroy(page);
    cairo_surface_finish(surface);
    const cairo_status_t written = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (result != ERR_OK)
        return result;
    if (to->failed || drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS)
        return err_set(err, ERR_NOMEM, "the page could not be made", 0);
    return ERR_OK;
}
