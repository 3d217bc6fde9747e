/*
 * attr: the compiler extensions this project uses, all in one place.
 *
 * Purpose    Cleanup by scope and results that must be looked at, in C17 with gcc and clang.
 */
#pragma once

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, args_at) __attribute__((format(printf, format_at, args_at)))

/* The name under which core.wasm offers a function; nothing natively. */
#ifdef __wasm__
#define WASM_EXPORT(name) __attribute__((export_name(#name)))
#else
#define WASM_EXPORT(name)
#endif

/* CLEANUP(x_release) struct x *x = NULL;  runs x_release(&x) when the scope ends. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* DEFINE_CLEANUP(struct x, x_free): makes x_free_at(struct x **) for use with CLEANUP. */
#define DEFINE_CLEANUP(type, function)                                                             \
    static inline void function##_at(type **at)                                                    \
    {                                                                                              \
        if (*at)                                                                                   \
            function(*at);                                                                         \
    }

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
