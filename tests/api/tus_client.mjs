// tus_client: uploads a file with tus-js-client, an implementation that is not ours, and says how it went.
// node tus_client.mjs ENDPOINT FILE SHA256 HEADERS-JSON CHUNK PAUSES → one JSON line on standard output.
import { createReadStream, statSync } from "node:fs";
import { load } from "../spec/modules.mjs";

const [endpoint, file, sha256, headers, chunk, pauses] = process.argv.slice(2);
const tus = await load("tus-js-client");
if (!tus) {
    console.log(JSON.stringify({ skip: "tus-js-client is not installed" }));
    process.exit(0);
}
const size = statSync(file).size;
const told = { progress: 0, offsets: [], requests: [] };
let left = Number(pauses);

function begin(uploadUrl) {
    const upload = new tus.Upload(createReadStream(file), {
        endpoint,
        uploadUrl,
        uploadSize: size,
        chunkSize: Number(chunk),
        headers: JSON.parse(headers),
        metadata: { filename: "木かげ.jpg", sha256 },
        retryDelays: [0, 100, 300],
        onBeforeRequest: (request) => void told.requests.push(request.getMethod()),
        onChunkComplete: (_, accepted) => {
            told.offsets.push(accepted);
            if (left === 0) return;
            left--;
            // What a person does who leaves the Wi-Fi: everything stops, later it goes on from its address.
            upload.abort().then(() => setTimeout(() => begin(upload.url), 100));
        },
        onSuccess: () => console.log(JSON.stringify({ ...told, url: upload.url, ok: true })),
        onError: (error) =>
            console.log(JSON.stringify({ ...told, ok: false, error: String(error.message), status: error.originalResponse?.getStatus() })),
    });
    upload.start();
}

begin(null);
