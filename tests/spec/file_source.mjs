// file_source: npm pmtiles' way to a file.
import { openSync, readSync } from "node:fs";

export class FileSource {
    constructor(file) {
        this.file = file;
        this.fd = openSync(file, "r");
    }
    getKey() {
        return this.file;
    }
    async getBytes(offset, length) {
        const bytes = Buffer.alloc(length);
        const got = readSync(this.fd, bytes, 0, length, offset);
        return { data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + got) };
    }
}
