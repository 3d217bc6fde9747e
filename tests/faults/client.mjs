// client: the tablet's own code, as it is in web/src, made into one file that Node.js can run.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const web = path.resolve(import.meta.dirname, "../../web");

const ENTRY = `
export * as db from "${web}/src/data/db.ts";
export * as outbox from "${web}/src/data/outbox.ts";
export * as cache from "${web}/src/data/cache.ts";
export * as syncer from "${web}/src/sync/syncer.ts";
export * as pull from "${web}/src/sync/pull.ts";
export * as own from "${web}/src/api/own.ts";
export * as photos from "${web}/src/data/photos.ts";
export * as uuid from "${web}/src/sync/uuid.ts";
export * as wire from "${web}/src/sync/wire.ts";
export * as indexedDb from "fake-indexeddb";
`;

const NAME = "\0faults-client";

/** Bundles the client into `file`; null where the app's packages are not installed. */
export async function bundle(file, entry = ENTRY) {
    const require = createRequire(path.join(web, "package.json"));
    let rolldown;
    try {
        rolldown = await import(pathToFileURL(require.resolve("rolldown")).href);
    } catch (error) {
        if (error?.code === "MODULE_NOT_FOUND") return null;
        throw error;
    }
    const made = await rolldown.rolldown({
        input: NAME,
        cwd: web,
        platform: "node",
        logLevel: "silent",
        plugins: [{
            name: "entry",
            resolveId: (id, importer) => {
                if (id === NAME) return id;
                return importer === NAME && !path.isAbsolute(id) ? require.resolve(id) : null;
            },
            load: (id) => (id === NAME ? entry : null),
        }],
    });
    await made.write({ file, format: "esm" });
    await made.close();
    return file;
}

/** The client as modules of its own: nothing it remembers is shared with another tablet's. */
export async function load(file, instance = 0) {
    return import(`${pathToFileURL(file).href}?${instance}`);
}
