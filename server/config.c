#include "server/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "tiles/base/attr.h"
#include "tiles/base/num.h"
#include "tiles/base/utf8.h"

enum kind { KIND_INT, KIND_TEXT, KIND_FLAG, KIND_WORD };

struct key {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *preset; /* as text */
    int64_t preset_number, min, max;
    const char *unit_or_words;
    const char *sentence;
};

static const struct key keys[] = {
#define INT(name, preset, min, max, unit, sentence)                                                \
    {#name, KIND_INT, offsetof(struct config, name), #preset, preset, min, max, unit, sentence},
#define TEXT(name, preset, sentence)                                                               \
    {#name, KIND_TEXT, offsetof(struct config, name), preset, 0, 0, 0, "", sentence},
#define FLAG(name, preset, sentence)                                                               \
    {#name,        KIND_FLAG, offsetof(struct config, name), #preset, preset, 0, 1,                \
     "true|false", sentence},
#define WORD(name, preset, words, sentence)                                                        \
    {#name, KIND_WORD, offsetof(struct config, name), preset, 0, 0, 0, words, sentence},
#include "server/config.def"
#undef INT
#undef TEXT
#undef FLAG
#undef WORD
};

static enum err_code refuse(struct config_problem *problem, const char *format, ...)
    PRINTF_LIKE(2, 3);

static enum err_code refuse(struct config_problem *problem, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
    return ERR_USAGE;
}

void config_defaults(struct config *config)
{
    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < LENGTH(keys); i++) {
        char *at = (char *)config + keys[i].offset;
        if (keys[i].kind == KIND_INT)
            memcpy(at, &keys[i].preset_number, sizeof(int64_t));
        else if (keys[i].kind == KIND_FLAG)
            *(bool *)at = keys[i].preset_number != 0;
        else
            strcpy(at, keys[i].preset);
    }
}

/* "public_url" is written public-url as a flag and PUBLIC_URL in the environment. */
static bool same_name(struct span given, const char *name)
{
    if (given.len != strlen(name))
        return false;
    for (size_t i = 0; i < given.len; i++) {
        uint8_t c = given.data[i];
        if (c == '-')
            c = '_';
        if (c >= 'A' && c <= 'Z')
            c = (uint8_t)(c - 'A' + 'a');
        if (c != (uint8_t)name[i])
            return false;
    }
    return true;
}

static const struct key *find_key(struct span name)
{
    for (size_t i = 0; i < LENGTH(keys); i++)
        if (same_name(name, keys[i].name))
            return &keys[i];
    return NULL;
}

static bool is_one_of(struct span word, const char *words)
{
    while (*words) {
        const size_t len = strcspn(words, "|");
        if (span_equal(word, span_of(words, len)))
            return true;
        words += len + (words[len] == '|');
    }
    return false;
}

static enum err_code set_int(const struct key *key, void *at, struct span value, const char *where,
                             struct config_problem *problem)
{
    int64_t number;
    if (num_int_from(value, key->min, key->max, &number, NULL) != ERR_OK)
        return refuse(problem, "%s: %s is a whole number from %lld to %lld (%s), not \"%.*s\"",
                      where, key->name, (long long)key->min, (long long)key->max,
                      key->unit_or_words, (int)(value.len < 60 ? value.len : 60),
                      (const char *)value.data);
    memcpy(at, &number, sizeof number);
    return ERR_OK;
}

enum err_code config_set(struct config *config, struct span name, struct span value,
                         const char *where, struct config_problem *ret_problem)
{
    const struct key *key = find_key(name);
    if (!key)
        return refuse(ret_problem,
                      "%s: there is no setting \"%.*s\"; kakikomap serve --help lists them", where,
                      (int)(name.len < 60 ? name.len : 60), (const char *)name.data);
    char *at = (char *)config + key->offset;
    if (key->kind == KIND_INT)
        return set_int(key, at, value, where, ret_problem);
    const bool choice = key->kind != KIND_TEXT;
    if (choice && !is_one_of(value, key->unit_or_words))
        return refuse(ret_problem, "%s: %s is one of %s, not \"%.*s\"", where, key->name,
                      key->unit_or_words, (int)(value.len < 60 ? value.len : 60),
                      (const char *)value.data);
    if (key->kind == KIND_FLAG) {
        *(bool *)at = span_is(value, "true");
        return ERR_OK;
    }
    if (value.len > CONFIG_TEXT_MAX || (value.len && memchr(value.data, 0, value.len)) ||
        !utf8_is_valid(value))
        return refuse(ret_problem, "%s: %s must be UTF-8 text of at most %d bytes", where,
                      key->name, CONFIG_TEXT_MAX);
    if (value.len)
        memcpy(at, value.data, value.len);
    at[value.len] = '\0';
    return ERR_OK;
}

/* --- File and environment --- */

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct span trimmed(struct span text)
{
    while (text.len && is_blank(text.data[0]))
        text = span_of(text.data + 1, text.len - 1);
    while (text.len && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

static enum err_code read_line(struct config *config, struct span line, const char *where,
                               struct config_problem *problem)
{
    const uint8_t *hash = line.len ? memchr(line.data, '#', line.len) : NULL;
    line = trimmed(span_of(line.data, hash ? (size_t)(hash - line.data) : line.len));
    if (line.len == 0)
        return ERR_OK;
    const uint8_t *equals = memchr(line.data, '=', line.len);
    if (!equals)
        return refuse(problem, "%s: a line reads \"name = value\"", where);
    const size_t name_len = (size_t)(equals - line.data);
    return config_set(config, trimmed(span_of(line.data, name_len)),
                      trimmed(span_of(equals + 1, line.len - name_len - 1)), where, problem);
}

enum err_code config_read_text(struct config *config, struct span text, const char *file_name,
                               struct config_problem *ret_problem)
{
    unsigned number = 0;
    while (text.len) {
        const uint8_t *end = memchr(text.data, '\n', text.len);
        const size_t len = end ? (size_t)(end - text.data) : text.len;
        char where[256];
        snprintf(where, sizeof where, "%.200s:%u", file_name, ++number);
        TRY(read_line(config, span_of(text.data, len), where, ret_problem));
        const size_t taken = len + (end != NULL);
        text = span_of(text.data + taken, text.len - taken);
    }
    return ERR_OK;
}

enum err_code config_read_file(struct config *config, const char *path,
                               struct config_problem *ret_problem)
{
    char text[64 * 1024];
    FILE *file = fopen(path, "rb");
    if (!file)
        return refuse(ret_problem, "%s: cannot be opened: %s", path, strerror(errno));
    const size_t len = fread(text, 1, sizeof text, file);
    const bool whole = feof(file) && !ferror(file);
    fclose(file);
    if (!whole)
        return refuse(ret_problem, "%s: cannot be read, or is larger than 64 KiB", path);
    return config_read_text(config, span_of(text, len), path, ret_problem);
}

enum err_code config_read_environment(struct config *config, char **environment,
                                      struct config_problem *ret_problem)
{
    static const char prefix[] = "KAKIKOMAP_";
    static const char *const others[] = {"config", "shared_data"};
    for (; environment && *environment; environment++) {
        const char *entry = *environment;
        const char *equals = strchr(entry, '=');
        if (!equals || strncmp(entry, prefix, strlen(prefix)) != 0)
            continue;
        const char *start = entry + strlen(prefix);
        const struct span name = span_of(start, (size_t)(equals - start));
        if (same_name(name, others[0]) || same_name(name, others[1]))
            continue;
        char where[128];
        snprintf(where, sizeof where, "environment %.*s",
                 (int)(equals - entry < 100 ? equals - entry : 100), entry);
        TRY(config_set(config, name, span_from_str(equals + 1), where, ret_problem));
    }
    return ERR_OK;
}

enum err_code config_check(const struct config *config, struct config_problem *ret_problem)
{
    if ((config->tls_certificate[0] != 0) != (config->tls_key[0] != 0))
        return refuse(ret_problem, "tls_certificate and tls_key are needed both, or neither");
    if (config->listen_plain[0] && !config->tls_certificate[0])
        return refuse(ret_problem,
                      "listen_plain is for servers that speak HTTPS on their first address: "
                      "kakikomap tls makes a certificate");
    const char *url = config->public_url;
    if (url[0] && strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return refuse(ret_problem, "public_url starts with http:// or https://");
    if (url[0] && url[strlen(url) - 1] == '/')
        return refuse(ret_problem, "public_url stands without a slash at its end");
    return ERR_OK;
}

/* --- For people --- */

void config_print_help(FILE *out)
{
    for (size_t i = 0; i < LENGTH(keys); i++) {
        char flag[64];
        snprintf(flag, sizeof flag, "--%s", keys[i].name);
        for (char *c = flag; *c; c++)
            if (*c == '_')
                *c = '-';
        fprintf(out, "  %-26s %s", flag, keys[i].sentence);
        if (keys[i].kind == KIND_INT)
            fprintf(out, " (%s %s, %lld to %lld)", keys[i].preset, keys[i].unit_or_words,
                    (long long)keys[i].min, (long long)keys[i].max);
        else if (keys[i].preset[0])
            fprintf(out, " (%s)", keys[i].preset);
        fputc('\n', out);
    }
}

void config_print_example(FILE *out)
{
    fputs("# Settings of kakikomap serve. Later sources win: this file, the environment\n"
          "# (KAKIKOMAP_LISTEN=…), flags (--listen …). Lines behind a # are the defaults.\n",
          out);
    for (size_t i = 0; i < LENGTH(keys); i++) {
        fprintf(out, "\n# %s", keys[i].sentence);
        if (keys[i].kind == KIND_INT)
            fprintf(out, " [%s, %lld to %lld]", keys[i].unit_or_words, (long long)keys[i].min,
                    (long long)keys[i].max);
        else if (keys[i].unit_or_words[0])
            fprintf(out, " [%s]", keys[i].unit_or_words);
        fprintf(out, "\n#%s = %s\n", keys[i].name, keys[i].preset);
    }
}
