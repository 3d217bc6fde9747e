/*
 * meetings: what a tablet forgets when a meeting is over (the names of the class on a shared tablet).
 *
 * Nothing is forgotten that the city does not have: as long as an operation or a photo of the meeting
 * is still on its way, or lies refused in the tray, everything of it stays.
 */
import { dbWrite } from './db';

/** The teacher has ended it. */
export function meetingFinished(db: IDBDatabase, meetingId: string): Promise<void> {
  return dbWrite(db, ['membership'], async (tx) => {
    const row = await tx.membership(meetingId);
    if (row !== undefined && row.state !== 'finished')
      await tx.putMembership({ ...row, state: 'finished' });
  });
}

/** Wipes what was written and who wrote it in meetings that are over and at the city; says how many. */
export function meetingsForget(db: IDBDatabase): Promise<number> {
  return dbWrite(db, ['meta', 'membership', 'ops', 'own', 'photo', 'photoBytes'], async (tx) => {
    const over = (await tx.memberships()).filter((row) => row.state === 'finished');
    if (over.length === 0) return 0;
    const current = await tx.currentMembership();
    const onWay = new Set((await tx.allOps()).map((op) => op.meetingId));
    const owns = await tx.owns();
    const photos = await tx.photos();
    let gone = 0;
    for (const { meetingId } of over) {
      const rows = owns.filter((row) => row.meetingId === meetingId);
      const ids = new Set(rows.map((row) => row.id));
      const pictures = photos.filter((photo) => ids.has(photo.commentId));
      if (onWay.has(meetingId) || pictures.some((photo) => photo.state !== 'city')) continue;
      for (const { id } of rows) await tx.deleteOwn(id);
      for (const { id } of pictures) await tx.deletePhoto(id);
      await tx.deleteMembership(meetingId);
      if (current?.meetingId === meetingId) await tx.setCurrentMeeting(null);
      gone += 1;
    }
    return gone;
  });
}
