// folder: data folders, copied whole: from a template, into an image, and back.
import fs from "node:fs";
import path from "node:path";

/** What the ballast would fill is not what is tested: a small one stands for it. */
function copy(from, to, except = []) {
    fs.mkdirSync(to, { recursive: true });
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
        if (except.includes(entry.name)) continue;
        const source = path.join(from, entry.name);
        const target = path.join(to, entry.name);
        if (entry.isDirectory()) copy(source, target);
        else fs.copyFileSync(source, target);
    }
}

/** An empty store, made once; copies of it have their own id and epoch by `server.start`. */
export async function makeTemplate(server, folder, words = []) {
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    const { status } = await server.command(["init", "--data", folder, ...words]);
    if (status !== 0) throw new Error(`init: ${server.lastWords()}`);
}

export function copyTemplate(template, folder) {
    fs.rmSync(folder, { recursive: true, force: true });
    copy(template, folder);
}

/** The folder as a disk's image would have it at this moment. */
export function takeImage(folder, image) {
    fs.rmSync(image, { recursive: true, force: true });
    copy(folder, image, ["kakikomap.db-shm"]);
}

/**
 * Puts an image back. beside: "kept": the files beside the database stay as they are now; "gone":
 * they are lost; "old": they are of the image as well.
 */
export function putImage(image, folder, beside) {
    const kept = {};
    for (const name of ["epoch", "erased"]) {
        const file = path.join(folder, name);
        if (beside === "kept" && fs.existsSync(file)) kept[name] = fs.readFileSync(file);
    }
    fs.rmSync(folder, { recursive: true, force: true });
    copy(image, folder, beside === "gone" ? ["epoch"] : []);
    for (const [name, bytes] of Object.entries(kept)) fs.writeFileSync(path.join(folder, name), bytes);
}

export function remove(folder) {
    fs.rmSync(folder, { recursive: true, force: true });
}
