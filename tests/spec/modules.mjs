// modules: packages of tests/node, found wherever the test itself lies; null when not installed.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const require = createRequire(path.join(root, "tests/node/package.json"));

export async function load(name) {
    try {
        return await import(pathToFileURL(require.resolve(name)).href);
    } catch (error) {
        if (error?.code === "MODULE_NOT_FOUND") return null;
        throw error;
    }
}

/** The folder of real data beside the repository, or null. */
export function sharedData() {
    const folder = process.env.KAKIKOMAP_SHARED_DATA ?? path.join(root, "../shared/data");
    return existsSync(folder) ? folder : null;
}
