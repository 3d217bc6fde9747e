// album: photos that people take in a history: real JPEGs of some hundred bytes, no two alike. Each carries
// words of its own in a comment segment, as a camera's notes would lie in it: no server may keep them.
import { createHash } from "node:crypto";

/** Pictures of tests/support/make_photo.c: { width, height, base64 }. */
const PICTURES = [
    { width: 16, height: 12, data: [
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGB",
        "YUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAM",
        "ABADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhBy",
        "JxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT",
        "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAA",
        "AAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRom",
        "JygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExc",
        "bHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD5t/4TLR/+fz/yE/8AhX2z/wAM2fEf/oXf/J62/wDjlfmxX9Bd",
        "fUeInhXkuQ/VPqtWq+fnvzSg9uS1rQXcfGmaVvEr6v8A2ulD6vzcvs7q/tOW/NzOd7cita3W9+n/2Q==",
    ].join("") },
    { width: 24, height: 16, data: [
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGB",
        "YUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAQ",
        "ABgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhBy",
        "JxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT",
        "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAA",
        "AAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRom",
        "JygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExc",
        "bHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDweu5+GH/MT/7Zf+z18vV+gv8AwSY/5qp/3Cv/AG8r7LirwR/s",
        "jJ6+N/tHn5eXT2Vr3mlv7R9+x9/xp4hf685DiOHvqvsfbcvv8/PbknGfw8kb35bfErXvraxytFfphRX8+/6kf9RH/kn/ANsfy5/xDr/qL/8AJP",
        "8A7c//2Q==",
    ].join("") },
    { width: 12, height: 20, data: [
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGB",
        "YUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAU",
        "AAwDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhBy",
        "JxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT",
        "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAA",
        "AAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRom",
        "JygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExc",
        "bHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDyTwP/AMjPZf8AA/8A0Bq9Wryf9jM/8J9+0j4P0DXv9P0m7+2e",
        "db/6vfts53X5kwwwyqeD2r9PP+GbPhx/0Lv/AJPXP/xyvkuLvDPOMjx0MNiatJycFL3XJqzlJdYLXQ8zxZX/ABETPKObZT7lOFKNNqppLmU6km",
        "0o86taa63vfTv+Yf7AX/J2ngT/ALf/AP0guK/Yiiiv6W8WP+R5R/69R/8AS6hWA/hP1/yP/9k=",
    ].join("") },
];
const START = 2; // behind the marker that begins a JPEG
const NOTE_BYTES = [40, 1500];
export const CANARY = "かめらのメモ";

/** A picture as the tablet's camera gives it: { jpeg, thumb, width, height }. */
export function picture(dice) {
    const { width, height, data } = dice.pick(PICTURES);
    const plain = Buffer.from(data, "base64");
    const words = Buffer.concat([Buffer.from(CANARY), Buffer.from(dice.bytes(dice.between(...NOTE_BYTES)))]);
    const head = Buffer.from([0xff, 0xfe, (words.length + 2) >> 8, (words.length + 2) & 0xff]);
    const jpeg = Buffer.concat([plain.subarray(0, START), head, words, plain.subarray(START)]);
    return { jpeg: Uint8Array.from(jpeg).buffer, thumb: Uint8Array.from(plain).buffer, width, height };
}

/** What was taken, as the tablets know it. */
export class Album {
    /** Photo id → { id, commentId, sha256, width, height, device } */
    photos = new Map();

    note(device, rows) {
        for (const { id, commentId, sha256, width, height } of rows)
            if (commentId !== "") this.photos.set(id, { id, commentId, sha256, width, height, device: device.number });
    }

    get list() {
        return [...this.photos.values()];
    }
}

export const sha256Of = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Width and height as a JPEG's own header says them; null: it is none that begins and ends as one does. */
export function sizeOf(jpeg) {
    if (jpeg.length < 4 || jpeg.readUInt16BE(0) !== 0xffd8 || jpeg.readUInt16BE(jpeg.length - 2) !== 0xffd9) return null;
    for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
        if (jpeg[at] !== 0xff) return null;
        if (jpeg[at + 1] === 0xc0) return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
    }
    return null;
}
