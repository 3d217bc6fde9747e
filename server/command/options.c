#include "server/command/options.h"

#include <stdio.h>
#include <string.h>

#include "server/json/write.h"
#include "tiles/base/num.h"

static void print_help(const char *command, const struct option *options, size_t count,
                       bool has_operands)
{
    printf("usage: kakikomap %s [OPTIONS]%s\n\n", command, has_operands ? " …" : "");
    for (size_t i = 0; i < count; i++)
        printf("  %-12s %-14s %s%s\n", options[i].name, options[i].value ? options[i].value : "",
               options[i].help, options[i].required ? " (required)" : "");
}

static bool set_number(const char *command, const struct option *option, const char *value)
{
    double number;
    if (num_double_from(span_from_str(value), &number, NULL) != ERR_OK) {
        fprintf(stderr, "kakikomap %s: %s wants a number, not \"%s\"\n", command, option->name,
                value);
        return false;
    }
    if ((option->min || option->max) &&
        !(number >= (double)option->min && number <= (double)option->max)) {
        fprintf(stderr, "kakikomap %s: %s wants a number from %lld to %lld\n", command,
                option->name, (long long)option->min, (long long)option->max);
        return false;
    }
    *(double *)option->into = number;
    return true;
}

static bool set_int(const char *command, const struct option *option, const char *value)
{
    const bool bounded = option->min || option->max;
    const int64_t min = bounded ? option->min : INT64_MIN, max = bounded ? option->max : INT64_MAX;
    if (num_int_from(span_from_str(value), min, max, option->into, NULL) == ERR_OK)
        return true;
    if (bounded)
        fprintf(stderr, "kakikomap %s: %s wants a whole number from %lld to %lld, not \"%s\"\n",
                command, option->name, (long long)min, (long long)max, value);
    else
        fprintf(stderr, "kakikomap %s: %s wants a whole number, not \"%s\"\n", command,
                option->name, value);
    return false;
}

static bool set_value(const char *command, const struct option *option, const char *value)
{
    switch (option->type) {
    case OPTION_TEXT:
        *(const char **)option->into = value;
        return true;
    case OPTION_INT:
        return set_int(command, option, value);
    case OPTION_NUMBER:
        return set_number(command, option, value);
    case OPTION_FLAG:
        break;
    }
    fprintf(stderr, "kakikomap %s: %s takes no value\n", command, option->name);
    return false;
}

static const struct option *find_option(const struct option *options, size_t count,
                                        struct span name, size_t *ret_at)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(name, options[i].name)) {
            *ret_at = i;
            return &options[i];
        }
    return NULL;
}

/* Takes one option, and its value where it has one; false after a message. */
static bool take_option(int argc, char **argv, int *at, const struct option *options, size_t count,
                        uint64_t *seen)
{
    const char *command = argv[0], *text = argv[*at];
    const char *equals = strchr(text, '=');
    const struct span name = span_of(text, equals ? (size_t)(equals - text) : strlen(text));
    size_t index;
    const struct option *option = find_option(options, count, name, &index);
    if (!option) {
        fprintf(stderr, "kakikomap %s: there is no option %.*s; see kakikomap %s --help\n", command,
                (int)name.len, (const char *)name.data, command);
        return false;
    }
    if (*seen & (uint64_t)1 << index) {
        fprintf(stderr, "kakikomap %s: %s stands there twice\n", command, option->name);
        return false;
    }
    *seen |= (uint64_t)1 << index;
    if (option->type == OPTION_FLAG && !equals) {
        *(bool *)option->into = true;
        return true;
    }
    if (!equals && *at + 1 >= argc) {
        fprintf(stderr, "kakikomap %s: %s wants a value: %s\n", command, option->name,
                option->value);
        return false;
    }
    return set_value(command, option, equals ? equals + 1 : argv[++*at]);
}

enum options_result options_read(int argc, char **argv, const struct option *options, size_t count,
                                 int *ret_operands)
{
    const char *command = argv[0];
    uint64_t seen = 0;
    int operands = 0;
    bool ended = false;
    for (int at = 1; at < argc; at++) {
        if (!ended && strcmp(argv[at], "--help") == 0) {
            print_help(command, options, count, ret_operands != NULL);
            return OPTIONS_HELP;
        }
        if (!ended && strcmp(argv[at], "--") == 0) {
            ended = true;
        } else if (!ended && argv[at][0] == '-' && argv[at][1]) {
            if (!take_option(argc, argv, &at, options, count, &seen))
                return OPTIONS_WRONG;
        } else if (ret_operands) {
            argv[++operands] = argv[at];
        } else {
            fprintf(stderr, "kakikomap %s: \"%s\" is not expected here\n", command, argv[at]);
            return OPTIONS_WRONG;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (options[i].required && !(seen & (uint64_t)1 << i)) {
            fprintf(stderr, "kakikomap %s: %s %s is missing: %s\n", command, options[i].name,
                    options[i].value, options[i].help);
            return OPTIONS_WRONG;
        }
    if (ret_operands)
        *ret_operands = operands;
    return OPTIONS_OK;
}

int command_fail(const char *command, const char *subject, const struct err *err)
{
    fprintf(stderr, "kakikomap %s: %s%s%s", command, subject ? subject : "", subject ? ": " : "",
            err->what ? err->what : err_title(err->code));
    if (err->at)
        fprintf(stderr, " (at %llu)", (unsigned long long)err->at);
    fputc('\n', stderr);

    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "error");
    json_text(&json, err_name(err->code));
    json_key(&json, "detail");
    json_text(&json, err->what ? err->what : err_title(err->code));
    if (subject) {
        json_key(&json, "subject");
        json_text(&json, subject);
    }
    json_key(&json, "at");
    json_uint(&json, err->at);
    json_end(&json);
    buf_add_byte(&text, '\n');
    if (!text.failed)
        fwrite(text.data, 1, text.len, stdout);
    buf_done(&text);

    const int status = err_http_status(err->code);
    return status >= 400 && status < 500 ? EXIT_USAGE : EXIT_OTHER;
}
