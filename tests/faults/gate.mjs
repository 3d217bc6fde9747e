// gate: the network between two servers. It listens where the venue believes the city to be, and hands
// each request to the history, which decides what becomes of it.
import http from "node:http";

export class Gate {
    #server;
    /** { method, target, headers, body } → { status, headers, body }; throws where the line breaks. */
    handler = async () => {
        throw new Error("nobody is behind the gate");
    };

    async open() {
        this.#server = http.createServer((request, response) => {
            const pieces = [];
            request.on("data", (piece) => pieces.push(piece));
            request.on("error", () => response.destroy());
            request.on("end", () => this.#pass(request, Buffer.concat(pieces), response));
        });
        this.#server.keepAliveTimeout = 100;
        await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
        this.url = `http://127.0.0.1:${this.#server.address().port}`;
    }

    async #pass(request, body, response) {
        // As they came: the signature covers some of them, and the server checks the rest.
        const { connection, host, "content-length": length, ...headers } = request.headers;
        try {
            const answer = await this.handler({
                method: request.method, target: request.url, headers,
                body: body.length > 0 || length !== undefined ? new Uint8Array(body) : null,
            });
            const { connection: gone, "transfer-encoding": chunked, ...kept } = answer.headers;
            response.writeHead(answer.status, { ...kept, "content-length": answer.body.length });
            response.end(Buffer.from(answer.body));
        } catch {
            request.socket.destroy();
        }
    }

    close() {
        this.#server.closeAllConnections();
        this.#server.close();
    }
}
