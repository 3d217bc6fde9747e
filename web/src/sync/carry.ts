/*
 * carry: sends for other tablets what came from them in a file (data/parcel.ts).
 *
 * Only what a server has answered for leaves this device. A refusal is an answer: the server keeps
 * what it refuses, and the tablet it came from will hear of it.
 */
import { type CarriedRow, dbRead, dbWrite } from '../data/db';
import { pushResponseFromBytes } from './answers';
import { ACK, pushRequestBytes } from './messages';
import type { PushDeps } from './push';
import { PROTOBUF, reach } from './reach';
import { upload } from './upload';

/** True when nothing is carried any more. */
export async function carriedRound(deps: PushDeps): Promise<boolean> {
  const rows = await dbRead(deps.db, ['carried'], (tx) => tx.carried());
  let done = true;
  for (const row of rows) {
    const left = await wordsSend(deps, row);
    const photos = left.length === 0 ? await photosSend(deps, row) : row.photos;
    const rest = { ...row, ops: left, photos };
    const gone = left.length === 0 && photos.length === 0;
    await dbWrite(deps.db, ['carried'], (tx) =>
      gone ? tx.deleteCarried(row.id) : tx.putCarried(rest),
    );
    done &&= gone;
  }
  return done;
}

async function wordsSend(deps: PushDeps, row: CarriedRow): Promise<CarriedRow['ops']> {
  const { ops: most, bytes: mostBytes } = deps.limits();
  let left = row.ops;
  while (left.length > 0) {
    let [count, size] = [0, 0];
    while (count < left.length && count < most) {
      size += left[count]?.length ?? 0;
      if (count > 0 && size > mostBytes) break;
      count += 1;
    }
    const batch = left.slice(0, count);
    const body = pushRequestBytes(row.deviceId, deps.now(), batch);
    const init = { method: 'POST', body, headers: { 'Content-Type': PROTOBUF } };
    const { status, bytes } = await reach(deps.fetch, '/sync/v1/ops', init, row);
    if (status !== 200) return left;
    try {
      const { acks } = pushResponseFromBytes(bytes);
      if (acks.length !== batch.length || acks.some((ack) => ack.status === ACK.retryLater))
        return left;
    } catch {
      return left;
    }
    left = left.slice(count);
  }
  return left;
}

async function photosSend(deps: PushDeps, row: CarriedRow): Promise<CarriedRow['photos']> {
  const left: { sha256: string; bytes: ArrayBuffer }[] = [];
  for (const photo of row.photos) {
    const bytes = new Uint8Array(photo.bytes);
    const outcome = await upload(deps.fetch, { sha256: photo.sha256, bytes }, row);
    if (outcome === 'later' || outcome === 'skip') left.push(photo);
  }
  return left;
}
