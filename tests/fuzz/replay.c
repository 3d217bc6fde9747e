/* Runs a fuzz target over files, or all files of a folder, and says so as TAP. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

static unsigned done;

/* Into a piece of exactly its size, so that AddressSanitizer sees a byte too far. */
static int replay_file(const char *path)
{
    struct stat about;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &about) != 0) {
        printf("not ok %u - %s cannot be read\n", ++done, path);
        return 1;
    }
    uint8_t *bytes = malloc((size_t)about.st_size + !about.st_size);
    const size_t len = bytes ? fread(bytes, 1, (size_t)about.st_size, file) : 0;
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, len);
    free(bytes);
    const char *slash = strrchr(path, '/');
    printf("ok %u - %s\n", ++done, slash ? slash + 1 : path);
    return 0;
}

static int replay(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return replay_file(path);
    int failed = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char inner[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        failed |= replay_file(inner);
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    printf("1..%u\n", done);
    return failed;
}
